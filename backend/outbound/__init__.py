"""What leaves towards others than Shopify and the model: mail, and webhooks of the merchant's."""
