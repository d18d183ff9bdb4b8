using XdsServer.Tests.Integration.Conformance.Client;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Integration.Conformance;

/// <summary>Section 1G: resources that a client drops when it hears nothing more of them (duties 75–77).</summary>
public sealed class TimeToLiveTests(ConformanceServer server) : ConformanceTests(server)
{
    private const string SupportsTtl = "xds.config.supports-resource-ttl";

    // Short, so that heartbeats come soon; nothing is expected of how soon.
    private static readonly TimeSpan Life = TimeSpan.FromMilliseconds(300);

    [OursTheory(NotInContract.Types)]
    [BothVariants]
    public async Task Duty_75_A_client_that_does_not_ask_for_it_gets_no_time_to_live(Variant variant)
    {
        Own.Worlds.Renew().Put(Make.Runtime("layer").WithTtl(Life));
        await using var stream = Proxy.Ads(variant);

        await stream.SubscribeAsync(ResourceType.Runtime, "layer");

        (await stream.AcceptAsync(ResourceType.Runtime)).Entries.Should().ContainSingle().Which.Should().Match<AnswerEntry>(e => e.Body != null && (e.Wrapper == null || e.Wrapper.Ttl == null));
        await StaysSilentAsync(stream);
    }

    [OursFact(NotInContract.Types)]
    public async Task Duty_75_In_SotW_it_takes_two_features_since_the_resource_is_wrapped()
    {
        Own.Worlds.Renew().Put(Make.Runtime("layer").WithTtl(Life));
        Proxy.Node.ClientFeatures.Add(SupportsTtl);
        await using var stream = Proxy.Sotw();

        await stream.SubscribeAsync(ResourceType.Runtime, "layer");

        (await stream.AcceptAsync(ResourceType.Runtime))["layer"].Wrapper.Should().BeNull();
        await StaysSilentAsync(stream);
    }

    [OursTheory(NotInContract.Types)]
    [InlineData(Variant.Sotw, "xds.config.resource-in-sotw")]
    [InlineData(Variant.Sotw, "xds.config.supports-resource-in-sotw")]
    [InlineData(Variant.Delta, "")]
    public async Task Duty_75_A_client_that_asks_for_it_is_told(Variant variant, string feature)
    {
        Own.Worlds.Renew().Put(Make.Runtime("layer").WithTtl(Life), Make.Runtime("forever"));
        Proxy.Node.ClientFeatures.Add([SupportsTtl, feature]);
        await using var stream = Proxy.Ads(variant);

        await stream.SubscribeAsync(ResourceType.Runtime, "layer", "forever");

        var answer = await stream.AcceptAsync(ResourceType.Runtime);
        answer["layer"].Wrapper!.Ttl.ToTimeSpan().Should().Be(Life);
        (answer["forever"].Wrapper?.Ttl).Should().BeNull();
        answer.Entries.Should().OnlyContain(e => e.Body != null);
    }

    [OursTheory(NotInContract.Types)]
    [BothVariants]
    public async Task Duty_76_A_heartbeat_has_no_body_and_the_version_that_is_held(Variant variant)
    {
        Own.Worlds.Renew().Put(Make.Runtime("layer").WithTtl(Life), Make.Runtime("forever"));
        await using var stream = Capable(variant);
        await stream.SubscribeAsync(ResourceType.Runtime, "layer", "forever");
        var held = await stream.AcceptAsync(ResourceType.Runtime);

        var beat = await stream.NextAsync(ResourceType.Runtime);

        var entry = beat.Entries.Should().ContainSingle("what lives for good needs no heartbeat").Subject;
        (entry.Name, entry.Version, entry.Body, entry.Wrapper!.Ttl.ToTimeSpan()).Should().Be(("layer", held["layer"].Version, null, Life));
        (beat.Version, beat.Removed).Should().BeEquivalentTo((held.Version, Array.Empty<string>()));
    }

    [OursTheory(NotInContract.Types)]
    [BothVariants]
    public async Task Duty_76_Heartbeats_go_on_as_long_as_the_resource_is_held(Variant variant)
    {
        var world = Own.Worlds.Renew();
        world.Put(Make.Runtime("layer").WithTtl(Life), Make.Runtime("other").WithTtl(Life));
        await using var stream = Capable(variant);
        await stream.SubscribeAsync(ResourceType.Runtime, "layer", "other");
        await stream.AcceptAsync(ResourceType.Runtime);
        await stream.AcceptAsync(ResourceType.Runtime);

        world.Remove(ResourceType.Runtime, "layer");

        var beats = await stream.AcceptUntilAsync(a => a.Names.SequenceEqual(["other"]));
        beats.SelectMany(b => b.Entries).Should().OnlyContain(e => e.Body == null);
    }

    [OursFact(NotInContract.Types)]
    public async Task Duty_76_The_heartbeat_of_a_full_state_is_the_full_state()
    {
        Own.Worlds.Renew().Put(Make.Cluster("timed").WithTtl(Life), Make.Cluster("forever"));
        await using var stream = Capable(Variant.Sotw);
        await stream.WatchAllAsync(Cds);
        var held = await stream.AcceptAsync(Cds);

        var beat = await stream.NextAsync(Cds);

        beat.Names.Should().Equal("forever", "timed");
        beat.Version.Should().Be(held.Version);
        beat.Entries.Should().OnlyContain(e => e.Body != null);
    }

    [OursTheory(NotInContract.Types)]
    [BothVariants]
    public async Task Duty_77_A_heartbeat_waits_for_no_ACK_and_none_waits_for_it(Variant variant)
    {
        var world = Own.Worlds.Renew();
        world.Put(Make.Runtime("layer").WithTtl(Life));
        await using var stream = Capable(variant);
        await stream.SubscribeAsync(ResourceType.Runtime, "layer");
        var held = await stream.NextAsync(ResourceType.Runtime);
        var first = await stream.NextAsync(ResourceType.Runtime);
        var second = await stream.NextAsync(ResourceType.Runtime);
        await stream.AckAsync(held);

        world.Put(Make.Runtime("layer", 1).WithTtl(Life));

        var changed = (await stream.AcceptUntilAsync(a => a.Entries.Any(e => e.Body is not null)))[^1];
        changed.Version.Should().NotBe(held.Version);
        new[] { first.Version, second.Version }.Should().AllBe(held.Version);
    }

    private XdsStream Capable(Variant variant)
    {
        Proxy.Node.ClientFeatures.Add([SupportsTtl, "xds.config.resource-in-sotw"]);
        return Proxy.Ads(variant);
    }
}
