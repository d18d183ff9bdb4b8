using Envoy.Service.Discovery.V3;
using XdsServer.Tests.Integration.Conformance.Client;

namespace XdsServer.Tests.Integration.Conformance;

/// <summary>Section 1B, first part: what an ACK is, what a NACK is, and what follows (duties 17–23).</summary>
public sealed class AckTests(ConformanceServer server) : ConformanceTests(server)
{
    [Theory]
    [BothVariants]
    public async Task Duty_17_Each_response_has_a_nonce_of_its_own(Variant variant)
    {
        await World.ResetAsync(3);
        await using var stream = Proxy.Ads(variant);
        await stream.WatchAllAsync(Cds);
        var nonces = new List<string> { (await stream.AcceptAsync(Cds)).Nonce };

        for (var value = 1; value < 5; value++)
        {
            await World.ChangeAsync(Cds, value, A);
            nonces.Add((await stream.AcceptAsync(Cds)).Nonce);
        }

        nonces.Should().OnlyHaveUniqueItems().And.NotContain(string.Empty);
    }

    [Fact]
    public async Task Duty_18_The_nonce_makes_an_ACK_and_not_the_version()
    {
        await World.ResetAsync(3);
        await using var stream = Proxy.Sotw();
        await stream.WatchAllAsync(Cds);
        var first = await stream.NextAsync(Cds);

        await stream.SendAsync(new DiscoveryRequest { TypeUrl = Cds.TypeUrl, ResponseNonce = first.Nonce, VersionInfo = "none that was sent" });

        await StaysSilentAsync(stream);
    }

    [Theory]
    [InlineData("the rejected version")]
    [InlineData("the accepted version")]
    [InlineData("")]
    public async Task Duty_19_An_error_makes_a_NACK_whatever_the_version_says(string version)
    {
        await World.ResetAsync(3);
        await using var stream = Proxy.Sotw();
        await stream.WatchAllAsync(Cds);
        var accepted = await stream.AcceptAsync(Cds);
        await World.ChangeAsync(Cds, 1, A);
        var rejected = await stream.NextAsync(Cds);

        var request = stream.Request(Cds);
        request.VersionInfo = version.Replace("the rejected version", rejected.Version, StringComparison.Ordinal)
            .Replace("the accepted version", accepted.Version, StringComparison.Ordinal);
        request.ResponseNonce = rejected.Nonce;
        request.ErrorDetail = new() { Code = 3, Message = "rejected by the test" };
        await stream.SendAsync(request);

        await StaysSilentAsync(stream);
    }

    [Theory]
    [BothVariants]
    public async Task Duty_20_After_a_NACK_nothing_is_sent_until_content_or_subscription_changes(Variant variant)
    {
        await World.ResetAsync(3);
        await using var stream = Proxy.Ads(variant);
        await stream.WatchAllAsync(Cds);

        await stream.NackAsync(await stream.NextAsync(Cds));
        await StaysSilentAsync(stream);
        await World.RepublishAsync();
        await StaysSilentAsync(stream);
    }

    [Theory]
    [BothVariants]
    public async Task Duty_20_A_client_that_rejects_one_resource_after_the_other_is_soon_left_alone(Variant variant)
    {
        const int Resources = 50;
        await World.ResetAsync(Resources);
        await using var stream = Proxy.Ads(variant);
        await stream.WatchAllAsync(Cds);
        var rejections = 0;
        for (var answer = await stream.NextAsync(Cds); answer is not null && rejections < Resources; rejections++)
        {
            await stream.NackAsync(answer, $"cluster '{answer.Names[0]}' is not liked");
            await World.SettleAsync(stream);
            answer = stream.Unread().Count > 0 ? await stream.NextAsync(Cds) : null;
        }

        rejections.Should().BeLessThan(10, "a NACK never loops");
        await World.ChangeAsync(Cds, 7, A);
        (await stream.NextAsync(Cds))[A].Value.Should().Be(7);
    }

    [Theory]
    [BothVariants]
    public async Task Duty_20_After_a_NACK_a_new_name_is_answered(Variant variant)
    {
        await World.ResetAsync(2);
        await using var stream = Proxy.Ads(variant);
        await stream.SubscribeAsync(Eds, A);

        await stream.NackAsync(await stream.NextAsync(Eds));
        await stream.SubscribeAsync(Eds, B);

        (await stream.NextAsync(Eds)).Names.Should().Contain(B);
    }

    [Theory]
    [BothVariants]
    public async Task Duty_21_After_a_NACK_newer_content_is_sent_at_once(Variant variant)
    {
        await World.ResetAsync(3);
        await using var stream = Proxy.Ads(variant);
        await stream.WatchAllAsync(Cds);
        await stream.NackAsync(await stream.NextAsync(Cds));

        await World.ChangeAsync(Cds, 7, A);

        (await stream.NextAsync(Cds))[A].Value.Should().Be(7);
    }

    [Theory]
    [BothVariants]
    public async Task Duty_21_After_a_NACK_the_content_that_was_accepted_before_is_sent_when_it_returns(Variant variant)
    {
        await World.ResetAsync(3);
        await using var stream = Proxy.Ads(variant);
        await stream.WatchAllAsync(Cds);
        await stream.AcceptAsync(Cds);
        await World.ChangeAsync(Cds, 7, A);
        await stream.NackAsync(await stream.NextAsync(Cds));

        await World.ChangeAsync(Cds, 0, A);

        (await stream.NextAsync(Cds))[A].Value.Should().Be(0);
    }

    [Theory]
    [BothVariants]
    public async Task Duty_22_A_NACK_may_change_the_subscription(Variant variant)
    {
        await World.ResetAsync(2);
        await using var stream = Proxy.Ads(variant);
        await stream.SubscribeAsync(Eds, A);

        await stream.NackAsync(await stream.NextAsync(Eds), "rejected by the test", B);

        (await stream.NextAsync(Eds)).Names.Should().Contain(B);
    }
}
