using XdsServer.Tests.Integration.Conformance.Client;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Integration.Conformance;

/// <summary>
/// What all conformance tests have: the server under test with its world, and a proxy that nobody else is. A test is named after
/// the duty that it checks.
/// </summary>
public abstract class ConformanceTests : IClassFixture<ConformanceServer>, IDisposable
{
    private protected static readonly ResourceType Cds = ResourceType.Cluster;
    private protected static readonly ResourceType Eds = ResourceType.Endpoint;

    /// <summary>The first names of every world.</summary>
    private protected static readonly string A = Synthetic.Name(0);
    private protected static readonly string B = Synthetic.Name(1);
    private protected static readonly string C = Synthetic.Name(2);

    /// <summary>A name that no world has from the start.</summary>
    private protected const string Missing = "c-90000";

    private readonly ConformanceServer _server;

    /// <summary>A new proxy for each test.</summary>
    protected ConformanceTests(ConformanceServer server)
    {
        ArgumentNullException.ThrowIfNull(server);
        _server = server;
        Proxy = NewProxy();
    }

    /// <summary>The server's world, to be changed.</summary>
    protected ConformanceTarget World => _server.Target;

    /// <summary>The client.</summary>
    protected XdsClient Proxy { get; }

    /// <summary>Our own server, which can do more than the control contract asks.</summary>
    private protected OwnTarget Own => (OwnTarget)World;

    /// <inheritdoc/>
    public void Dispose()
    {
        Proxy.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A proxy with a connection and a name of its own.</summary>
    protected XdsClient NewProxy() => new(World.GrpcAddress, $"proxy-{Guid.NewGuid():N}");

    /// <summary>Nothing more comes, and the stream stays open.</summary>
    protected async Task StaysSilentAsync(XdsStream stream)
    {
        (await SettledAsync(stream)).Should().BeEmpty("the server has nothing to say:\n{0}\n", stream.Transcript);
        stream.IsOpen.Should().BeTrue("nothing is wrong with the stream:\n{0}\n", stream.Transcript);
    }

    /// <summary>No resource comes; a list of removed names may. The stream stays open.</summary>
    protected async Task BringsNothingAsync(XdsStream stream)
    {
        (await SettledAsync(stream)).SelectMany(a => a.Names).Should().BeEmpty("the server has nothing to give:\n{0}\n", stream.Transcript);
        stream.IsOpen.Should().BeTrue("nothing is wrong with the stream:\n{0}\n", stream.Transcript);
    }

    /// <summary>
    /// Waits until the server has handled what was sent, for requests that are not answered, and ACKs what came meanwhile. Without
    /// it a change of the world could overtake the request.
    /// </summary>
    protected async Task TakesEffectAsync(XdsStream stream)
    {
        foreach (var answer in await SettledAsync(stream))
        {
            await stream.AcceptAsync(answer.Type!);
        }
    }

    private async Task<IReadOnlyList<Answer>> SettledAsync(XdsStream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        await World.SettleAsync(stream);
        return stream.Unread();
    }
}
