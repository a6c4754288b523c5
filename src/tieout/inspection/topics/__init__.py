"""One file a topic: its questions, and how each is answered; found by a scan of this folder."""
