"""What the shop's staff do: read and answer conversations, hand them out, meet requests under privacy law."""
