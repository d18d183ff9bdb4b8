using Google.Protobuf.Reflection;
using Xunit.Abstractions;
using XdsServer.Translators.Resources.Rendering;

namespace XdsServer.Tests.Unit.Protos;

/// <summary>Our definitions are the API's: every field, enum value and method, both ways.</summary>
public sealed class ApiComparisonTests(ITestOutputHelper output)
{
    [SkippableFact]
    public void Every_file_of_ours_equals_the_API()
    {
        var theirs = EnvoyApi.Require().File.ToDictionary(f => f.Name, StringComparer.Ordinal);
        var differences = new List<string>();
        var (files, facts) = (0, 0);

        foreach (var ours in MessageTypes.Files.Select(f => f.ToProto()).Where(IsOfTheApi))
        {
            var expected = theirs.TryGetValue(ours.Name, out var their) ? Facts(their) : [];
            var actual = Facts(ours);
            differences.AddRange(actual.Except(expected, StringComparer.Ordinal).Select(f => $"{ours.Name}: only ours: {f}"));
            differences.AddRange(expected.Except(actual, StringComparer.Ordinal).Select(f => $"{ours.Name}: only the API's: {f}"));
            (files, facts) = (files + 1, facts + actual.Count);
        }

        var fields = MessageTypes.Files.Where(f => IsOfTheApi(f.ToProto())).SelectMany(f => f.MessageTypes).Sum(CountFields);
        output.WriteLine($"{fields} fields and {facts - fields} other facts of {files} files compared.");
        differences.Should().BeEmpty();
        fields.Should().BeGreaterThan(2000, "an empty comparison proves nothing");
    }

    [SkippableFact]
    public void A_difference_in_number_type_label_oneof_or_enum_value_is_seen()
    {
        var file = EnvoyApi.Require().File.Single(f => f.Name == "envoy/config/core/v3/address.proto");
        var before = Facts(file);
        var changes = new Action<FileDescriptorProto>[]
        {
            f => f.MessageType[0].Field[0].Number = 99,
            f => f.MessageType[0].Field[0].Type = FieldDescriptorProto.Types.Type.Bytes,
            f => f.MessageType[0].Field[0].Label = FieldDescriptorProto.Types.Label.Repeated,
            f => f.MessageType.Single(m => m.Name == "Address").Field[0].ClearOneofIndex(),
            f => f.MessageType.Single(m => m.Name == "SocketAddress").EnumType[0].Value[1].Number = 7,
            f => f.MessageType[0].Field[0].Name = "renamed",
        };

        foreach (var change in changes)
        {
            var changed = file.Clone();
            change(changed);

            Facts(changed).Should().NotEqual(before);
        }
    }

    // The well-known types come with the runtime; health and reflection are gRPC's own and are tested with gRPC clients.
    private static bool IsOfTheApi(FileDescriptorProto file) => file.Package is not ("google.protobuf" or "grpc.health.v1" or "grpc.reflection.v1");

    private static int CountFields(MessageDescriptor message) => message.Fields.InDeclarationOrder().Count + message.NestedTypes.Sum(CountFields);

    private static List<string> Facts(FileDescriptorProto file) =>
    [
        $"package {file.Package}",
        .. file.MessageType.SelectMany(m => Facts(m, file.Package)),
        .. file.EnumType.SelectMany(e => Facts(e, file.Package)),
        .. file.Service.SelectMany(s => s.Method.Select(m =>
            $"rpc {file.Package}.{s.Name}.{m.Name}({m.ClientStreaming} {m.InputType}) ({m.ServerStreaming} {m.OutputType})")),
    ];

    private static IEnumerable<string> Facts(DescriptorProto message, string scope)
    {
        var name = $"{scope}.{message.Name}";
        return message.Field.Select(f => Fact(f, message, name))
            .Concat(message.EnumType.SelectMany(e => Facts(e, name)))
            .Concat(message.NestedType.SelectMany(n => Facts(n, name)));
    }

    private static string Fact(FieldDescriptorProto field, DescriptorProto message, string scope)
    {
        var oneof = field.HasOneofIndex ? message.OneofDecl[field.OneofIndex].Name : "none";
        return $"{scope}.{field.Name} = {field.Number} {field.Label} {field.Type} '{field.TypeName}' oneof {oneof} "
            + $"optional {field.Proto3Optional} packed {(field.Options?.HasPacked == true ? field.Options.Packed : "as usual")} deprecated {field.Options?.Deprecated == true}";
    }

    private static IEnumerable<string> Facts(EnumDescriptorProto type, string scope) =>
        type.Value.Select(v => $"enum {scope}.{type.Name}.{v.Name} = {v.Number} deprecated {v.Options?.Deprecated == true}");
}
