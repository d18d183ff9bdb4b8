using Envoy.Service.Discovery.V3;
using XdsServer.Tests.Integration.Conformance.Client;

namespace XdsServer.Tests.Integration.Conformance;

/// <summary>Section 1B, second part: old, missing and foreign nonces (duties 24–29).</summary>
public sealed class NonceTests(ConformanceServer server) : ConformanceTests(server)
{
    [Fact]
    public async Task Duty_24_A_SotW_request_with_an_old_nonce_is_ignored()
    {
        await World.ResetAsync(3);
        await using var stream = Proxy.Sotw();
        await stream.SubscribeAsync(Eds, A);
        var old = await stream.AcceptAsync(Eds);
        await World.ChangeAsync(Eds, 1, A);
        var newest = await stream.NextAsync(Eds);

        var late = stream.Request(Eds);
        (late.ResponseNonce, late.VersionInfo) = (old.Nonce, old.Version);
        late.ResourceNames.Add(B);
        await stream.SendAsync(late);
        await StaysSilentAsync(stream);

        await stream.AckAsync(newest);
        await StaysSilentAsync(stream);
    }

    [Fact]
    public async Task Duty_25_Names_of_an_ignored_request_come_with_the_next_ACK()
    {
        await World.ResetAsync(3);
        await using var stream = Proxy.Sotw();
        await stream.SubscribeAsync(Eds, A);
        await stream.AcceptAsync(Eds);
        await World.ChangeAsync(Eds, 1, A);
        var newest = await stream.NextAsync(Eds);

        await stream.SubscribeAsync(Eds, B);
        await stream.AckAsync(newest);

        (await stream.NextAsync(Eds)).Names.Should().Contain(B);
    }

    [Fact]
    public async Task Duty_26_Two_SotW_requests_before_the_first_response_are_both_valid()
    {
        await World.ResetAsync(2);
        await using var stream = Proxy.Sotw();

        await stream.SubscribeAsync(Eds, A);
        await stream.SubscribeAsync(Eds, B);

        await stream.AcceptAllAsync(Eds, A, B);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a nonce that was never sent")]
    public async Task Duty_27_A_delta_request_is_obeyed_whatever_its_nonce(string nonce)
    {
        await World.ResetAsync(3);
        await using var stream = Proxy.Delta();
        await stream.SubscribeAsync(Eds, A);
        await stream.AcceptAsync(Eds);

        await stream.SendAsync(new DeltaDiscoveryRequest { TypeUrl = Eds.TypeUrl, ResponseNonce = nonce, ResourceNamesSubscribe = { B } });

        (await stream.NextAsync(Eds)).Names.Should().Equal(B);
    }

    [Fact]
    public async Task Duty_28_Several_delta_responses_may_be_outstanding()
    {
        await World.ResetAsync(3);
        await using var stream = Proxy.Delta();
        await stream.SubscribeAsync(Eds, A);
        var first = await stream.NextAsync(Eds);
        await stream.SubscribeAsync(Eds, B);
        var second = await stream.NextAsync(Eds);

        await stream.AckAsync(first);
        await stream.AckAsync(second);
        await StaysSilentAsync(stream);

        await World.ChangeAsync(Eds, 1, A, B);
        var changed = await stream.AcceptAllAsync(Eds, A, B);
        changed.Values.Should().OnlyContain(e => e.Value == 1);
    }

    [Theory]
    [BothVariants]
    public async Task Duty_29_A_first_request_with_a_nonce_of_an_earlier_stream_is_a_first_request(Variant variant)
    {
        await World.ResetAsync(3);
        Answer last;
        await using (var earlier = Proxy.Ads(variant))
        {
            await earlier.WatchAllAsync(Cds);
            last = await earlier.AcceptAsync(Cds);
        }

        await using var stream = Proxy.Ads(variant);
        await stream.AckAsync(last);

        (await stream.NextAsync(Cds)).Names.Should().Equal(A, B, C);
    }
}
