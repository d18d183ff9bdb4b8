using Google.Protobuf;

namespace XdsServer.Grpc;

/// <summary>Runs one call. It returns for status OK and throws <see cref="GrpcException"/> for any other.</summary>
public delegate Task GrpcHandler(GrpcCall call);

/// <summary>One method, by its full name without the leading slash: <c>package.Service/Method</c>.</summary>
public sealed record GrpcMethod(string Name, GrpcHandler Handler)
{
    /// <summary>The service's part of the name.</summary>
    public string Service => Name[..Name.IndexOf('/', StringComparison.Ordinal)];

    /// <summary>One message in, one out.</summary>
    public static GrpcMethod Unary<TRequest>(string name, MessageParser<TRequest> parser, Func<TRequest, GrpcCall, Task<IMessage>> answer)
        where TRequest : IMessage<TRequest> => new(name, async call =>
        {
            var request = await ReadOnlyMessageAsync(call, parser);
            await WriteAsync(call, await answer(request, call));
        });

    /// <summary>One message in, any number out.</summary>
    public static GrpcMethod ServerStreaming<TRequest>(string name, MessageParser<TRequest> parser, Func<TRequest, GrpcCall, Task> answer)
        where TRequest : IMessage<TRequest> => new(name, async call => await answer(await ReadOnlyMessageAsync(call, parser), call));

    /// <summary>Any number in and out.</summary>
    public static GrpcMethod Bidirectional<TRequest>(string name, MessageParser<TRequest> parser, Func<TRequest, GrpcCall, Task> onMessage)
        where TRequest : IMessage<TRequest> => new(name, async call =>
        {
            while (await call.ReadAsync(call.Cancellation) is { } bytes)
            {
                await onMessage(Parse(parser, bytes), call);
            }
        });

    /// <summary>Writes one message object. Streams that write often write cached bytes instead.</summary>
    public static ValueTask WriteAsync(GrpcCall call, IMessage message) => call.WriteAsync([message.ToByteArray()], call.Cancellation);

    // Another number of messages than one is UNIMPLEMENTED, as gRPC's list of status codes says.
    private static async Task<TRequest> ReadOnlyMessageAsync<TRequest>(GrpcCall call, MessageParser<TRequest> parser)
        where TRequest : IMessage<TRequest>
    {
        var bytes = await call.ReadAsync(call.Cancellation) ?? throw new GrpcException(GrpcStatusCode.Unimplemented, "The call ended without a message; this method takes one.");
        var request = Parse(parser, bytes);
        return await call.ReadAsync(call.Cancellation) is null
            ? request
            : throw new GrpcException(GrpcStatusCode.Unimplemented, "The call has a second message; this method takes one.");
    }

    private static TRequest Parse<TRequest>(MessageParser<TRequest> parser, System.Buffers.ReadOnlySequence<byte> bytes)
        where TRequest : IMessage<TRequest>
    {
        try
        {
            return parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new GrpcException(GrpcStatusCode.InvalidArgument, $"The message is no {typeof(TRequest).Name}: {e.Message}");
        }
    }
}
