using XdsServer.Tests.Integration.Conformance.Client;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Integration.Conformance;

/// <summary>Tests in which a proxy holds a small mesh on an aggregated stream, as Envoy does after its start.</summary>
public abstract class MeshTests(ConformanceServer server) : ConformanceTests(server)
{
    private protected static readonly ResourceType Lds = ResourceType.Listener;
    private protected static readonly ResourceType Rds = ResourceType.Route;

    /// <summary>A world with listener and route configuration <c>egress</c>, whose route leads to cluster <c>old</c>.</summary>
    private protected OwnWorld SmallMesh() => SmallMesh(Own.Worlds.Renew());

    /// <summary>The same in that world.</summary>
    private protected static OwnWorld SmallMesh(OwnWorld mesh)
    {
        mesh.Put(Make.Cluster("old"), Make.Assignment("old"), Make.Listener("egress", "egress"), Make.Route("egress", "old"));
        return mesh;
    }

    /// <summary>An aggregated stream that has asked for and accepted all of <see cref="SmallMesh"/>.</summary>
    private protected async Task<XdsStream> StartedAsync(Variant variant)
    {
        var stream = Proxy.Ads(variant);
        await stream.WatchAllAsync(Cds);
        await stream.AcceptAsync(Cds);
        await stream.SubscribeAsync(Eds, "old");
        await stream.AcceptAsync(Eds);
        await stream.WatchAllAsync(Lds);
        await stream.AcceptAsync(Lds);
        await stream.SubscribeAsync(Rds, "egress");
        await stream.AcceptAsync(Rds);
        return stream;
    }

    /// <summary>
    /// The next answer, which must be of that type. Endpoints may come before it any number of times, since they follow each new or
    /// changed cluster and are sent again to whoever asks; they are ACKed.
    /// </summary>
    private protected static async Task<Answer> NextButEndpointsAsync(XdsStream stream, ResourceType type)
    {
        var answer = await stream.NextAsync();
        while (answer.Type == Eds)
        {
            await stream.AckAsync(answer);
            answer = await stream.NextAsync();
        }

        answer.TypeUrl.Should().Be(type.TypeUrl, "that is what the next answer must be about:\n{0}\n", stream.Transcript);
        return answer;
    }

    /// <summary>The server has sent all that it will send now, and nothing of that type is among it. What is there stays unread.</summary>
    private protected async Task HoldsBackAsync(XdsStream stream, ResourceType type)
    {
        await World.SettleAsync(stream);
        stream.Unread().Should().NotContain(a => a.Type == type, "{0} must wait:\n{1}\n", type, stream.Transcript);
    }

    /// <summary>Asks for a new cluster's endpoints and ACKs them, as Envoy does while the cluster warms.</summary>
    private protected static async Task WarmAsync(XdsStream stream, string cluster)
    {
        await stream.SubscribeAsync(Eds, cluster);
        await stream.AcceptAllAsync(Eds, cluster);
    }
}
