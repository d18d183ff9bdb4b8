using Envoy.Config.Core.V3;
using XdsServer.Model;
using XdsServer.Translators.Resources;

namespace XdsServer.Discovery;

/// <summary>Finds the configuration of a proxy from what it says of itself (protocol duty 7).</summary>
public interface IProxyGroups
{
    /// <summary>
    /// Joins the proxy to its group. The lease is disposed when the stream ends; a group without members is dropped some time later.
    /// </summary>
    /// <exception cref="UnknownProxyException">No rule fits the node, and there is no default.</exception>
    GroupLease Join(Node node, PeerInfo peer);
}

/// <summary>A stream's membership in a proxy group.</summary>
public abstract class GroupLease : IDisposable
{
    /// <summary>The group, for people.</summary>
    public abstract string Group { get; }

    /// <summary>The group's newest snapshot; empty until all required sources are synced (protocol duty 9).</summary>
    public abstract Latest<Snapshot> Snapshot { get; }

    /// <inheritdoc/>
    public abstract void Dispose();
}

/// <summary>A node that no rule fits. The message is for the proxy's operator: it says what to change.</summary>
public sealed class UnknownProxyException(string message) : Exception(message);
