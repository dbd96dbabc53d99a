"""Probe."""
def test_probe(ana, ai, app):
    ai.will_say("one two three", when="count")
    a = ana.says("count for me please do it")
    e = ana.follows(a.turn)
    e = ana.follows_directly(a.direct)
    print(ana.history().body)
    print(app.logs())
    assert ana.sends("nix").status==404
    assert ana.sends("chat", method="GET").status==405
    assert ana.sends("chat", query="").status==401
    assert ana.sends("turns/%00", {"sessionId": ana.device.session_id}).status==404
