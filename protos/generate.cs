#:package Google.Protobuf
#:property PublishAot=false
// Turns a FileDescriptorSet of the Envoy API into the .proto files of this folder:
//
//   dotnet run protos/generate.cs -- envoy-api.binpb
//
// It starts from roots.txt, takes along what is imported, and writes names, numbers, types, labels, oneofs, enum values and the
// "deprecated" mark; other options (validation rules, annotations) carry no bytes on the wire and are left out.
using System.Globalization;
using System.Text;
using Google.Protobuf.Reflection;

if (args.Length != 1)
{
    Console.Error.WriteLine("usage: dotnet run protos/generate.cs -- FILE_DESCRIPTOR_SET");
    return 2;
}

var folder = Path.GetDirectoryName((string)AppContext.GetData("EntryPointFilePath")!)!;
var files = FileDescriptorSet.Parser.ParseFrom(File.ReadAllBytes(args[0])).File.ToDictionary(f => f.Name, StringComparer.Ordinal);
var roots = File.ReadAllLines(Path.Combine(folder, "roots.txt")).Where(l => l.Length > 0 && !l.StartsWith('#')).ToList();
var closure = new SortedDictionary<string, FileDescriptorProto>(StringComparer.Ordinal);
foreach (var root in roots)
{
    var found = files.Keys.Where(n => root.EndsWith('/') ? n.StartsWith(root, StringComparison.Ordinal) : n == root).ToList();
    if (found.Count == 0)
    {
        Console.Error.WriteLine($"roots.txt: nothing matches {root}");
        return 1;
    }

    found.ForEach(Add);
}

foreach (var top in closure.Keys.Select(n => Path.Combine(folder, n.Split('/')[0])).Distinct().Where(Directory.Exists))
{
    Directory.Delete(top, recursive: true);
}

foreach (var (name, file) in closure)
{
    var path = Path.Combine(folder, name);
    Directory.CreateDirectory(Path.GetDirectoryName(path)!);
    File.WriteAllText(path, new ProtoText(file).ToString());
}

Console.WriteLine($"{closure.Count} files written");
return 0;

void Add(string name)
{
    if (closure.ContainsKey(name))
    {
        return;
    }

    closure[name] = files[name];
    foreach (var import in files[name].Dependency.Where(ProtoText.IsKept))
    {
        if (!import.StartsWith("google/protobuf/", StringComparison.Ordinal))
        {
            Add(import);
        }
    }
}

internal sealed class ProtoText(FileDescriptorProto file)
{
    private readonly StringBuilder _text = new();

    /// <summary>Imports that only declare options are not part of the wire format.</summary>
    public static bool IsKept(string import) =>
        !import.Contains("/annotations/", StringComparison.Ordinal) && import is not ("validate/validate.proto" or "google/api/annotations.proto");

    public override string ToString()
    {
        _text.AppendLine("syntax = \"proto3\";").AppendLine().AppendLine($"package {file.Package};").AppendLine();
        foreach (var import in file.Dependency.Where(IsKept).Order(StringComparer.Ordinal))
        {
            var isPublic = file.PublicDependency.Any(i => file.Dependency[i] == import);
            _text.AppendLine($"import {(isPublic ? "public " : "")}\"{import}\";");
        }

        file.EnumType.ToList().ForEach(e => Write(e, ""));
        file.MessageType.ToList().ForEach(m => Write(m, "", $".{file.Package}"));
        file.Service.ToList().ForEach(Write);
        return _text.Replace("\r", "").Replace("{\n\n", "{\n").ToString();
    }

    private void Write(DescriptorProto message, string indent, string scope)
    {
        var full = $"{scope}.{message.Name}";
        var inner = indent + "  ";
        _text.AppendLine().AppendLine($"{indent}message {message.Name} {{");
        if (message.Options?.Deprecated == true)
        {
            _text.AppendLine($"{inner}option deprecated = true;");
        }

        WriteReserved(message, inner);
        message.EnumType.ToList().ForEach(e => Write(e, inner));
        foreach (var nested in message.NestedType.Where(n => n.Options?.MapEntry != true))
        {
            Write(nested, inner, full);
        }

        var oneofs = new HashSet<int>();
        foreach (var field in message.Field)
        {
            if (!field.HasOneofIndex || field.Proto3Optional)
            {
                Write(field, message, full, inner);
            }
            else if (oneofs.Add(field.OneofIndex))
            {
                WriteOneof(message, field.OneofIndex, full, inner);
            }
        }

        _text.AppendLine($"{indent}}}");
    }

    private void WriteOneof(DescriptorProto message, int index, string full, string indent)
    {
        _text.AppendLine($"{indent}oneof {message.OneofDecl[index].Name} {{");
        foreach (var field in message.Field.Where(f => f.HasOneofIndex && f.OneofIndex == index))
        {
            Write(field, message, full, indent + "  ");
        }

        _text.AppendLine($"{indent}}}");
    }

    private void Write(FieldDescriptorProto field, DescriptorProto message, string full, string indent)
    {
        var entry = message.NestedType.FirstOrDefault(n => n.Options?.MapEntry == true && field.TypeName == $"{full}.{n.Name}");
        var type = entry is null
            ? (field.Label == FieldDescriptorProto.Types.Label.Repeated ? "repeated " : field.Proto3Optional ? "optional " : "") + TypeOf(field)
            : $"map<{TypeOf(entry.Field[0])}, {TypeOf(entry.Field[1])}>";
        var options = new List<string>();
        if (field.Options?.Deprecated == true)
        {
            options.Add("deprecated = true");
        }

        if (field.Options?.HasPacked == true)
        {
            options.Add($"packed = {(field.Options.Packed ? "true" : "false")}");
        }

        var suffix = options.Count == 0 ? "" : $" [{string.Join(", ", options)}]";
        _text.AppendLine(CultureInfo.InvariantCulture, $"{indent}{type} {field.Name} = {field.Number}{suffix};");
    }

    private static string TypeOf(FieldDescriptorProto field) =>
        field.TypeName.Length > 0 ? field.TypeName : field.Type.ToString().ToLowerInvariant();

    private void Write(EnumDescriptorProto type, string indent)
    {
        _text.AppendLine().AppendLine($"{indent}enum {type.Name} {{");
        if (type.Options?.AllowAlias == true)
        {
            _text.AppendLine($"{indent}  option allow_alias = true;");
        }

        if (type.Options?.Deprecated == true)
        {
            _text.AppendLine($"{indent}  option deprecated = true;");
        }

        foreach (var value in type.Value)
        {
            var suffix = value.Options?.Deprecated == true ? " [deprecated = true]" : "";
            _text.AppendLine(CultureInfo.InvariantCulture, $"{indent}  {value.Name} = {value.Number}{suffix};");
        }

        foreach (var range in type.ReservedRange)
        {
            _text.AppendLine(CultureInfo.InvariantCulture, $"{indent}  reserved {Range(range.Start, range.End)};");
        }

        _text.AppendLine($"{indent}}}");
    }

    private void WriteReserved(DescriptorProto message, string indent)
    {
        foreach (var range in message.ReservedRange)
        {
            _text.AppendLine(CultureInfo.InvariantCulture, $"{indent}reserved {Range(range.Start, range.End - 1)};");
        }

        if (message.ReservedName.Count > 0)
        {
            _text.AppendLine($"{indent}reserved {string.Join(", ", message.ReservedName.Select(n => $"\"{n}\""))};");
        }
    }

    private static string Range(int first, int last) => first == last ? $"{first}" : $"{first} to {last}";

    private void Write(ServiceDescriptorProto service)
    {
        _text.AppendLine().AppendLine($"service {service.Name} {{");
        foreach (var method in service.Method)
        {
            var input = (method.ClientStreaming ? "stream " : "") + method.InputType;
            var output = (method.ServerStreaming ? "stream " : "") + method.OutputType;
            _text.AppendLine($"  rpc {method.Name}({input}) returns ({output});");
        }

        _text.AppendLine("}");
    }
}
