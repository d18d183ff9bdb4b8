namespace XdsServer.Discovery;

/// <summary>Why a stream ends; the transport turns it into its own status.</summary>
public enum DiscoveryFault
{
    /// <summary>The client broke the protocol.</summary>
    InvalidArgument,

    /// <summary>The client may not have what it asks for.</summary>
    PermissionDenied,

    /// <summary>A limit is reached; try again later.</summary>
    ResourceExhausted,

    /// <summary>The server cannot serve this client now; try again, perhaps elsewhere.</summary>
    Unavailable,

    /// <summary>The client took too long to take what was sent.</summary>
    DeadlineExceeded,

    /// <summary>A fault of the server.</summary>
    Internal,
}

/// <summary>A stream that must end. The message is for the client's operator: what is wrong and what to change.</summary>
public sealed class DiscoveryException(DiscoveryFault fault, string message) : Exception(message)
{
    /// <summary>The kind of fault.</summary>
    public DiscoveryFault Fault { get; } = fault;
}
