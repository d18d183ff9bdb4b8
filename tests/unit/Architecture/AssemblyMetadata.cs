using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace XdsServer.Tests.Unit.Architecture;

/// <summary>What an assembly refers to, read from its metadata: only what the code really uses is in there.</summary>
internal sealed record AssemblyMetadata(IReadOnlySet<string> Assemblies, IReadOnlySet<string> Types, IReadOnlySet<string> Members)
{
    public static AssemblyMetadata Of(string assemblyName)
    {
        using var stream = File.OpenRead(Path.Combine(AppContext.BaseDirectory, assemblyName + ".dll"));
        using var file = new PEReader(stream);
        var reader = file.GetMetadataReader();
        var assemblies = reader.AssemblyReferences.Select(h => reader.GetString(reader.GetAssemblyReference(h).Name));
        var types = reader.TypeReferences.Select(h => NameOf(reader, h));
        var members = reader.MemberReferences.Select(reader.GetMemberReference)
            .Where(m => ParentOf(reader, m) is not null)
            .Select(m => $"{ParentOf(reader, m)}.{reader.GetString(m.Name)}");
        return new AssemblyMetadata(
            assemblies.ToHashSet(StringComparer.Ordinal), types.ToHashSet(StringComparer.Ordinal), members.ToHashSet(StringComparer.Ordinal));
    }

    private static string NameOf(MetadataReader reader, TypeReferenceHandle handle)
    {
        var type = reader.GetTypeReference(handle);
        return $"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}";
    }

    private static string? ParentOf(MetadataReader reader, MemberReference member) => member.Parent.Kind switch
    {
        HandleKind.TypeReference => NameOf(reader, (TypeReferenceHandle)member.Parent),
        HandleKind.TypeSpecification => GenericParentOf(reader, (TypeSpecificationHandle)member.Parent),
        _ => null,
    };

    // A generic instance is encoded as: 0x15, class or value type, then the compressed token of the generic type.
    private static string? GenericParentOf(MetadataReader reader, TypeSpecificationHandle handle)
    {
        var blob = reader.GetBlobReader(reader.GetTypeSpecification(handle).Signature);
        if (blob.ReadByte() != 0x15)
        {
            return null;
        }

        blob.ReadByte();
        var token = blob.ReadTypeHandle();
        return token.Kind == HandleKind.TypeReference ? NameOf(reader, (TypeReferenceHandle)token) : null;
    }
}
