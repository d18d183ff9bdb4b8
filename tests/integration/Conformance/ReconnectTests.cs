using Envoy.Service.Discovery.V3;
using XdsServer.Tests.Integration.Conformance.Client;

namespace XdsServer.Tests.Integration.Conformance;

/// <summary>Section 1E: a delta client that comes back and says what it has (duties 61–65).</summary>
public sealed class ReconnectTests(ConformanceServer server) : ConformanceTests(server)
{
    [Fact]
    public async Task Duty_61_Only_what_differs_is_sent_and_what_is_gone_is_removed()
    {
        await World.ResetAsync(3);
        var held = await VersionsOfClustersAsync(World);
        await World.ChangeAsync(Cds, 1, B);
        await World.RemoveAsync(Cds, C);

        await using var stream = Proxy.Delta();
        await stream.ResumeAsync(Cds, held);
        var answers = new List<Answer>();
        do
        {
            answers.Add(await stream.AcceptAsync(Cds));
        }
        while (answers.All(a => a.Removed.Count == 0));

        answers.SelectMany(a => a.Names).Should().Equal(B);
        answers.SelectMany(a => a.Removed).Should().Equal(C);
        await StaysSilentAsync(stream);
    }

    [Fact]
    public async Task Duty_61_Holds_for_names_too()
    {
        await World.ResetAsync(3);
        var held = await VersionsOfEndpointsAsync(A, B, C);
        await World.ChangeAsync(Eds, 1, B);
        await World.RemoveAsync(Eds, C);

        await using var stream = Proxy.Delta();
        await stream.ResumeAsync(Eds, held, A, B, C);
        var answers = await stream.AcceptUntilAsync(a => a.Removed.Count > 0);

        answers.SelectMany(a => a.Names).Should().Equal(B);
        answers[^1].Removed.Should().Equal(C);
    }

    [Fact]
    public async Task Duty_62_To_hold_a_version_is_not_to_subscribe()
    {
        await World.ResetAsync(3);
        var held = await VersionsOfEndpointsAsync(A, B);

        await using var stream = Proxy.Delta();
        await stream.ResumeAsync(Eds, held, A);
        await World.ChangeAsync(Eds, 1, B);
        await BringsNothingAsync(stream);
        await World.ChangeAsync(Eds, 2, A);

        (await stream.AcceptUntilAsync(a => a.Names.Count > 0))[^1].Names.Should().Equal(A);
    }

    [Fact]
    public async Task Duty_63_Held_versions_count_in_the_first_request_only()
    {
        await World.ResetAsync(3);
        var held = await VersionsOfEndpointsAsync(A, B);
        await using var stream = Proxy.Delta();
        await stream.SubscribeAsync(Eds, A);
        await stream.AcceptAsync(Eds);

        await stream.ResumeAsync(Eds, held, B);

        (await stream.NextAsync(Eds)).Names.Should().Equal(B);
    }

    [Fact]
    public async Task Duty_64_A_first_request_for_all_is_answered_even_if_nothing_differs()
    {
        await World.ResetAsync(3);
        var held = await VersionsOfClustersAsync(World);
        await using var stream = Proxy.Delta();

        await stream.ResumeAsync(Cds, held);

        var answer = await stream.AcceptAsync(Cds);
        answer.Names.Should().BeEmpty();
        answer.Removed.Should().BeEmpty();
        await StaysSilentAsync(stream);
    }

    [Fact]
    public async Task Duty_65_Versions_of_resources_are_the_same_on_another_instance()
    {
        await using var another = await ConformanceTarget.StartAsync();
        await World.ResetAsync(3);
        await another.ResetAsync(3);

        (await VersionsOfClustersAsync(another)).Should().Equal(await VersionsOfClustersAsync(World));
    }

    private static async Task<Dictionary<string, string>> VersionsOfClustersAsync(ConformanceTarget target)
    {
        using var proxy = new XdsClient(target.GrpcAddress, "before");
        await using var stream = proxy.Delta();
        await stream.WatchAllAsync(Cds);
        return (await stream.AcceptAsync(Cds)).Entries.ToDictionary(e => e.Name, e => e.Version, StringComparer.Ordinal);
    }

    private async Task<Dictionary<string, string>> VersionsOfEndpointsAsync(params string[] names)
    {
        await using var stream = Proxy.Delta();
        await stream.SubscribeAsync(Eds, names);
        return (await stream.AcceptAllAsync(Eds, names)).Values.ToDictionary(e => e.Name, e => e.Version, StringComparer.Ordinal);
    }
}
