from simulator import Exchange
from tests.simulator.product import *
async def test_smoke():
    async def stream(m):
        await m.until("start")
        await m.play(b"\x10"*8000); await m.mark("hello")
        await m.until("mark")
        await listen(m)
    p=Product(stream=stream)
    async with serving(p):
        p.answers["/voice"]=twiml(f'<Connect><Stream url="{p.ws}/media"><Parameter name="token" value="t"/></Stream></Connect><Hangup/>')
        ex=Exchange(ACCOUNT,TOKEN,speed=4.0)
        async with ex.serve() as base:
            ex.number(SHOP,voice_url=p.url+"/voice",status_callback=p.url+"/status")
            call=await ex.phone(CALLER).dial(SHOP)
            await call.stream_open()
            await call.wait_for_mark("hello")
            await call.play(b"\x22"*4000)
            await call.hang_up()
            print(call.status, call.heard.pieces()[0][0], len(call.heard.between(0,call.heard.end)), p.got, len(p.media[0].messages), ex.lateness.percentile(.99))
            assert b"\x22"*4000 in p.media[0].audio
        ex.assert_quiet()
