namespace XdsServer.Grpc;

/// <summary>The status codes of gRPC.</summary>
public enum GrpcStatusCode
{
    /// <summary>Success.</summary>
    Ok = 0,

    /// <summary>Cancelled, usually by the caller.</summary>
    Cancelled = 1,

    /// <summary>Nothing better is known.</summary>
    Unknown = 2,

    /// <summary>The caller's message is wrong, whatever the server's state.</summary>
    InvalidArgument = 3,

    /// <summary>The call took longer than its deadline.</summary>
    DeadlineExceeded = 4,

    /// <summary>What was asked for does not exist.</summary>
    NotFound = 5,

    /// <summary>What was to be made exists.</summary>
    AlreadyExists = 6,

    /// <summary>The caller may not do this.</summary>
    PermissionDenied = 7,

    /// <summary>A limit is reached.</summary>
    ResourceExhausted = 8,

    /// <summary>The server is not in the state that this needs.</summary>
    FailedPrecondition = 9,

    /// <summary>A conflict; try again from the start.</summary>
    Aborted = 10,

    /// <summary>Past the end.</summary>
    OutOfRange = 11,

    /// <summary>There is no such method.</summary>
    Unimplemented = 12,

    /// <summary>Something is broken, or the bytes are not gRPC.</summary>
    Internal = 13,

    /// <summary>Not now; try again.</summary>
    Unavailable = 14,

    /// <summary>Data is lost.</summary>
    DataLoss = 15,

    /// <summary>The caller is not known.</summary>
    Unauthenticated = 16,
}

/// <summary>How a call ended.</summary>
/// <param name="Code">The code.</param>
/// <param name="Message">For people: what is wrong and what to do.</param>
public readonly record struct GrpcStatus(GrpcStatusCode Code, string Message)
{
    /// <summary>Success.</summary>
    public static readonly GrpcStatus Ok = new(GrpcStatusCode.Ok, "");
}

/// <summary>Ends a call with this status.</summary>
public sealed class GrpcException(GrpcStatusCode code, string message) : Exception(message)
{
    /// <summary>The status that the client gets.</summary>
    public GrpcStatus Status { get; } = new(code, message);
}
