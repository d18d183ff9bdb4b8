using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Reflection.V1;

namespace XdsServer.Grpc;

/// <summary>
/// Server reflection, <c>v1</c> and (the same bytes) <c>v1alpha</c>: tools such as grpcurl list and describe the services from it.
/// </summary>
public sealed class ReflectionService
{
    private static readonly string[] Versions = ["v1", "v1alpha"];

    private readonly SortedSet<string> _services;
    private readonly Dictionary<string, FileDescriptor> _byFile = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FileDescriptor> _bySymbol = new(StringComparer.Ordinal);

    /// <summary>Describes these services, which are defined in these files or in files that they import.</summary>
    public ReflectionService(IEnumerable<string> services, IEnumerable<FileDescriptor> files)
    {
        _services = new SortedSet<string>(services, StringComparer.Ordinal);
        foreach (var file in files)
        {
            Add(file);
        }
    }

    /// <summary>Its methods.</summary>
    public IEnumerable<GrpcMethod> Methods =>
        from version in Versions
        select GrpcMethod.Bidirectional($"grpc.reflection.{version}.ServerReflection/ServerReflectionInfo", ServerReflectionRequest.Parser, AnswerAsync);

    private async Task AnswerAsync(ServerReflectionRequest request, GrpcCall call)
    {
        var response = Answer(request);
        response.ValidHost = request.Host;
        response.OriginalRequest = request;
        await GrpcMethod.WriteAsync(call, response);
    }

    private ServerReflectionResponse Answer(ServerReflectionRequest request) => request.MessageRequestCase switch
    {
        ServerReflectionRequest.MessageRequestOneofCase.ListServices => List(),
        ServerReflectionRequest.MessageRequestOneofCase.FileByFilename => File(_byFile, request.FileByFilename),
        ServerReflectionRequest.MessageRequestOneofCase.FileContainingSymbol => File(_bySymbol, request.FileContainingSymbol),
        ServerReflectionRequest.MessageRequestOneofCase.AllExtensionNumbersOfType => NotFound("Extensions"),
        ServerReflectionRequest.MessageRequestOneofCase.FileContainingExtension => NotFound("Extensions"),
        _ => Error(GrpcStatusCode.InvalidArgument, "The request asks for nothing."),
    };

    private ServerReflectionResponse List()
    {
        var list = new ListServiceResponse();
        list.Service.AddRange(_services.Select(s => new ServiceResponse { Name = s }));
        return new ServerReflectionResponse { ListServicesResponse = list };
    }

    private static ServerReflectionResponse File(Dictionary<string, FileDescriptor> files, string key)
    {
        if (!files.TryGetValue(key, out var file))
        {
            return NotFound($"'{key}'");
        }

        var found = new FileDescriptorResponse();
        found.FileDescriptorProto.Add(file.SerializedData);
        return new ServerReflectionResponse { FileDescriptorResponse = found };
    }

    private static ServerReflectionResponse NotFound(string what) => Error(GrpcStatusCode.NotFound, $"{what} cannot be found here.");

    private static ServerReflectionResponse Error(GrpcStatusCode code, string message) =>
        new() { ErrorResponse = new ErrorResponse { ErrorCode = (int)code, ErrorMessage = message } };

    private void Add(FileDescriptor file)
    {
        if (!_byFile.TryAdd(file.Name, file))
        {
            return;
        }

        foreach (var service in file.Services)
        {
            _bySymbol[service.FullName] = file;
            service.Methods.ToList().ForEach(m => _bySymbol[m.FullName] = file);
        }

        file.EnumTypes.ToList().ForEach(e => _bySymbol[e.FullName] = file);
        file.MessageTypes.ToList().ForEach(m => Add(m, file));
        file.Dependencies.ToList().ForEach(Add);
    }

    private void Add(MessageDescriptor message, FileDescriptor file)
    {
        _bySymbol[message.FullName] = file;
        message.EnumTypes.ToList().ForEach(e => _bySymbol[e.FullName] = file);
        message.NestedTypes.ToList().ForEach(m => Add(m, file));
    }
}
