using XdsServer.Tests.Integration.Conformance.Client;

namespace XdsServer.Tests.Integration.Conformance;

/// <summary>Section 1B, third part: versions, and what is sent or not sent because of them (duties 30–35).</summary>
public sealed class VersionTests(ConformanceServer server) : ConformanceTests(server)
{
    [Theory]
    [BothVariants]
    public async Task Duty_30_The_same_content_has_the_same_version_on_all_streams(Variant variant)
    {
        await World.ResetAsync(3);
        await using var early = Proxy.Ads(variant);
        await early.WatchAllAsync(Cds);
        await early.AcceptAsync(Cds);
        await World.ChangeAsync(Cds, 1, A, B, C);
        var seenEarly = await early.AcceptAsync(Cds);

        using var other = NewProxy();
        await using var late = other.Ads(variant);
        await late.WatchAllAsync(Cds);
        var seenLate = await late.AcceptAsync(Cds);

        VersionsOf(seenLate).Should().Equal(VersionsOf(seenEarly));
    }

    [Theory]
    [BothVariants]
    public async Task Duty_31_Two_instances_never_use_one_version_for_different_content(Variant variant)
    {
        await using var one = await ConformanceTarget.StartAsync();
        await using var another = await ConformanceTarget.StartAsync();
        await one.ResetAsync(1);
        await another.ResetAsync(1);

        await one.ChangeAsync(Cds, 5, A);
        await another.ChangeAsync(Cds, 9, A);

        VersionsOf(await FirstAsync(another, variant)).Should().NotIntersectWith(VersionsOf(await FirstAsync(one, variant)));
    }

    [OursTheory(NotInContract.Versions)]
    [BothVariants]
    public async Task Duty_32_A_version_depends_on_nothing_but_the_content(Variant variant)
    {
        await World.ResetAsync(3);
        await using var stream = Proxy.Ads(variant);
        await stream.WatchAllAsync(Cds);
        var before = await stream.AcceptAsync(Cds);

        await World.ChangeAsync(Cds, 1, A, B, C);
        await stream.AcceptAsync(Cds);
        await World.ChangeAsync(Cds, 0, C, B, A);
        var after = await stream.AcceptAsync(Cds);

        VersionsOf(after).Should().Equal(VersionsOf(before));
    }

    [Fact]
    public async Task Duty_33_A_known_version_does_not_hide_names_that_were_not_subscribed_before()
    {
        await World.ResetAsync(2);
        string version;
        await using (var earlier = Proxy.Sotw())
        {
            await earlier.SubscribeAsync(Eds, A);
            version = (await earlier.AcceptAsync(Eds)).Version;
        }

        await using var stream = Proxy.Sotw();
        await stream.SendAsync(new() { TypeUrl = Eds.TypeUrl, VersionInfo = version, ResourceNames = { A, B } });

        await stream.AcceptAllAsync(Eds, B);
    }

    [Theory]
    [BothVariants]
    public async Task Duty_34_An_endpoint_change_sends_no_clusters(Variant variant)
    {
        await World.ResetAsync(3);
        await using var stream = Proxy.Ads(variant);
        await stream.WatchAllAsync(Cds);
        await stream.AcceptAsync(Cds);

        await World.ChangeAsync(Eds, 1, A);
        await World.RepublishAsync();

        await StaysSilentAsync(stream);
    }

    [Theory]
    [BothVariants]
    public async Task Duty_34_A_change_of_a_name_that_is_not_subscribed_sends_nothing(Variant variant)
    {
        await World.ResetAsync(3);
        await using var stream = Proxy.Ads(variant);
        await stream.SubscribeAsync(Eds, A);
        await stream.AcceptAsync(Eds);

        await World.ChangeAsync(Eds, 1, B);

        await StaysSilentAsync(stream);
    }

    [Theory]
    [BothVariants]
    public async Task Duty_35_First_answers_come_inside_the_initial_fetch_timeout_when_many_ask_at_once(Variant variant)
    {
        const int Proxies = 100;
        await World.ResetAsync(1000);
        var proxies = Enumerable.Range(0, Proxies).Select(_ => NewProxy()).ToList();

        var answers = await Task.WhenAll(proxies.Select(p => FirstAsync(p, variant)));

        answers.Should().OnlyContain(a => a.Entries.Count == 1000);
        proxies.ForEach(p => p.Dispose());
    }

    private static async Task<Answer> FirstAsync(ConformanceTarget target, Variant variant)
    {
        using var proxy = new XdsClient(target.GrpcAddress, "versions");
        return await FirstAsync(proxy, variant);
    }

    private static async Task<Answer> FirstAsync(XdsClient proxy, Variant variant)
    {
        await using var stream = proxy.Ads(variant);
        await stream.WatchAllAsync(Cds);
        return await stream.AcceptAsync(Cds);
    }

    // In delta each resource has its version; in SotW the response has one for all.
    private static string[] VersionsOf(Answer answer) => answer.Entries[0].Version.Length > 0
        ? [.. answer.Entries.OrderBy(e => e.Name, StringComparer.Ordinal).Select(e => e.Version)]
        : [answer.Version];
}
