using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace XdsServer.Translators.Resources.Rendering;

/// <summary>
/// Every message type that is compiled into this program, by name: what may appear inside an <see cref="Any"/>, in a raw resource
/// or in a rendering.
/// </summary>
public static class MessageTypes
{
    /// <summary>The compiled <c>.proto</c> files and what they import, sorted by name.</summary>
    public static readonly IReadOnlyList<FileDescriptor> Files = Closure(typeof(Envoy.Config.Cluster.V3.Cluster).Assembly);

    private const string WholeAssembly = "XdsServer.csproj keeps the assembly of the definitions whole: any of its types may come in an Any or a raw resource.";

    private static readonly FrozenDictionary<string, MessageDescriptor> ByName = Files
        .SelectMany(f => f.MessageTypes)
        .SelectMany(WithNested)
        .ToFrozenDictionary(m => m.FullName, StringComparer.Ordinal);

    /// <summary>All message types, sorted by full name.</summary>
    public static readonly IReadOnlyList<MessageDescriptor> All = [.. ByName.Values.OrderBy(m => m.FullName, StringComparer.Ordinal)];

    /// <summary>The message type of that full name, for example <c>envoy.config.cluster.v3.Cluster</c>, or null.</summary>
    public static MessageDescriptor? Find(string fullName) => ByName.GetValueOrDefault(fullName);

    /// <summary>The message type that a type URL names, or null when it is not compiled in.</summary>
    public static MessageDescriptor? FromTypeUrl(string typeUrl) => Find(Any.GetTypeName(typeUrl));

    /// <summary>What is inside, or null when its type is not compiled in or its bytes are not of that type.</summary>
    public static IMessage? Unpack(Any any)
    {
        try
        {
            return FromTypeUrl(any.TypeUrl)?.Parser.ParseFrom(any.Value);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    /// <summary>The message that a resource carries.</summary>
    public static IMessage Decode(Resource resource) =>
        FromTypeUrl(resource.Type.TypeUrl)!.Parser.ParseFrom(resource.Body.Span);

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = WholeAssembly)]
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = WholeAssembly)]
    private static FileDescriptor[] Closure(Assembly assembly)
    {
        var byName = new SortedDictionary<string, FileDescriptor>(StringComparer.Ordinal);
        foreach (var type in assembly.GetExportedTypes().Where(t => t.Name.EndsWith("Reflection", StringComparison.Ordinal)))
        {
            if (type.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)?.GetValue(obj: null) is FileDescriptor file)
            {
                Add(file, byName);
            }
        }

        return [.. byName.Values];
    }

    private static void Add(FileDescriptor file, SortedDictionary<string, FileDescriptor> byName)
    {
        if (byName.TryAdd(file.Name, file))
        {
            foreach (var import in file.Dependencies)
            {
                Add(import, byName);
            }
        }
    }

    // Map entries are an encoding detail: they have no generated class.
    private static IEnumerable<MessageDescriptor> WithNested(MessageDescriptor message) =>
        message.NestedTypes.Where(n => n.ClrType is not null).SelectMany(WithNested).Prepend(message);
}
