"""analytics: log populations and measures as integers that add up, and the intervals limits are held against."""
