"""oscal: the only room that knows the shapes of OSCAL documents.

`documents` turns typed documents into bytes and back, `lint` checks what ties them to each other, `models`
holds the classes generated from the official schema (one module a document type, loaded when asked for).
"""
