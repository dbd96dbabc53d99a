"""The merchant's posts: drafts, versions, pictures, and where they go."""
