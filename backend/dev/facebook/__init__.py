"""A Facebook Page that only this machine sees, and the Graph API in front of it."""
