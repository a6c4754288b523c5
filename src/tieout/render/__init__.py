"""render: one view of a packet, and the PDF and the HTML page made from it."""
