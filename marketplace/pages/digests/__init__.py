"""Letters of news: choosing, seeing and ending them."""
