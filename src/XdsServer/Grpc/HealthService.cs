using Google.Protobuf;
using Grpc.Health.V1;
using XdsServer.Model;

namespace XdsServer.Grpc;

/// <summary>Whether the server serves, as the standard health service tells it.</summary>
public sealed record ServingState(bool IsServing);

/// <summary>
/// <c>grpc.health.v1.Health</c>. All services share one state: the server as a whole serves or does not. The empty name asks for the server.
/// </summary>
public sealed class HealthService(Latest<ServingState> state, IReadOnlySet<string> services)
{
    private const string Name = "grpc.health.v1.Health";

    /// <summary>Its methods.</summary>
    public IEnumerable<GrpcMethod> Methods =>
    [
        GrpcMethod.Unary($"{Name}/Check", HealthCheckRequest.Parser, CheckAsync),
        GrpcMethod.ServerStreaming($"{Name}/Watch", HealthCheckRequest.Parser, WatchAsync),
    ];

    private Task<IMessage> CheckAsync(HealthCheckRequest request, GrpcCall call) => IsKnown(request.Service)
        ? Task.FromResult<IMessage>(Answer(state.Value))
        : throw new GrpcException(GrpcStatusCode.NotFound, $"There is no service '{request.Service}' here.");

    private async Task WatchAsync(HealthCheckRequest request, GrpcCall call)
    {
        if (!IsKnown(request.Service))
        {
            await GrpcMethod.WriteAsync(call, new HealthCheckResponse { Status = HealthCheckResponse.Types.ServingStatus.ServiceUnknown });
            await Task.Delay(Timeout.InfiniteTimeSpan, call.Cancellation);
        }

        var seen = state.Value;
        await GrpcMethod.WriteAsync(call, Answer(seen));
        while (true)
        {
            var newer = await state.NewerThanAsync(seen, call.Cancellation);
            if (newer != seen)
            {
                await GrpcMethod.WriteAsync(call, Answer(newer));
            }

            seen = newer;
        }
    }

    private bool IsKnown(string service) => service.Length == 0 || services.Contains(service);

    private static HealthCheckResponse Answer(ServingState? state) => new()
    {
        Status = state is { IsServing: true } ? HealthCheckResponse.Types.ServingStatus.Serving : HealthCheckResponse.Types.ServingStatus.NotServing,
    };
}
