"""The approved building blocks, one file each: their security settings are fixed here, and no manifest has a key for them."""
