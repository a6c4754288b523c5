"""pipeline: wires the rooms together, stage by stage: collect, assess, pack, snapshot, verify."""
