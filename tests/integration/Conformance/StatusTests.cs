using XdsServer.Discovery;
using XdsServer.Tests.Integration.Conformance.Client;

namespace XdsServer.Tests.Integration.Conformance;

/// <summary>Section 1B: what the server knows of its clients (duties 18, 19, 23).</summary>
public sealed class StatusTests(ConformanceServer server) : ConformanceTests(server)
{
    [OursTheory(NotInContract.Status)]
    [BothVariants]
    public async Task Duty_18_An_ACK_is_recorded(Variant variant)
    {
        await World.ResetAsync(3);
        await using var stream = Proxy.Ads(variant);
        await stream.WatchAllAsync(Cds);
        var answer = await stream.AcceptAsync(Cds);
        await World.SettleAsync(stream);

        var status = StatusOfClusters();

        status.AckedVersion.Should().Be(status.SentVersion).And.Be(answer.Version);
        status.InFlight.Should().Be(0);
        status.Error.Should().BeNull();
    }

    [OursTheory(NotInContract.Status)]
    [BothVariants]
    public async Task Duty_23_What_was_sent_accepted_and_rejected_is_recorded(Variant variant)
    {
        await World.ResetAsync(3);
        await using var stream = Proxy.Ads(variant);
        await stream.WatchAllAsync(Cds);
        var accepted = await stream.AcceptAsync(Cds);
        await World.ChangeAsync(Cds, 1, A);
        var rejected = await stream.NextAsync(Cds);
        await stream.NackAsync(rejected, "c-00000 is not to our taste");
        await World.SettleAsync(stream);

        var status = StatusOfClusters();

        status.AckedVersion.Should().Be(accepted.Version);
        status.NackedVersion.Should().Be(rejected.Version);
        status.Nonce.Should().Be(rejected.Nonce);
        status.Error.Should().Contain("not to our taste");
        (status.Responses, status.Acks, status.Nacks).Should().Be((2, 1, 1));
        status.SentAt.Should().NotBeNull();
        status.NackedAt.Should().BeOnOrAfter(status.AckedAt!.Value);
    }

    private SubscriptionStatus StatusOfClusters() =>
        Own.Discovery.Streams.Read().Single(s => s.NodeId == Proxy.Node.Id).Types.Single(t => t.Type == Cds.ShortName);
}
