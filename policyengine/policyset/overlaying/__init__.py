"""Overlays: base → region → market → brand. A document that says only what is different, and may only tighten."""
