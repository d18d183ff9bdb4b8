using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using XdsServer.Sources.Files;

namespace XdsServer.Tests.Unit.Files;

/// <summary>However a file was edited, reading it with what was known before gives what reading it afresh gives.</summary>
public sealed class FileContentTests
{
    private static readonly FilesSourceOptions Options = new() { Paths = ["mesh"] };

    [Fact]
    public void A_file_read_after_an_edit_says_what_it_says_when_read_afresh()
    {
        var files = Gen.Choose(0, 5).SelectMany(name => Gen.Choose(1, 3).Select(port => (Name: name, Port: port))).ArrayOf().ArrayOf();

        Prop.ForAll(files.ToArbitrary(), versions =>
        {
            FileContent? known = null;
            foreach (var version in versions)
            {
                known = Read(Text(version), known);
                Summary(known).Should().Equal(Summary(Read(Text(version), previous: null)));
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_changed_document_among_many_leaves_the_others_the_same_instances()
    {
        var documents = Enumerable.Range(0, 200).Select(i => (Name: i, Port: 1)).ToArray();
        var before = Read(Text(documents), previous: null);
        documents[77].Port = 2;

        var after = Read(Text(documents), before);

        Enumerable.Range(0, 200).Where(i => !ReferenceEquals(before.Objects[i], after.Objects[i])).Should().Equal(77);
        after.IsDoubtful(before).Should().BeFalse();
    }

    [Fact]
    public void A_document_that_takes_the_name_of_another_is_still_a_duplicate()
    {
        var before = Read(Text([(1, 1), (2, 1)]), previous: null);

        Read(Text([(1, 1), (1, 2)]), before).Diagnostics.Should().ContainSingle();
    }

    private static FileContent Read(string text, FileContent? previous)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return FileContent.Decode(bytes, SHA256.HashData(bytes), "mesh/mesh.yaml", Options, previous);
    }

    // Without messages: an object keeps the line that it was first seen at, and messages tell it.
    private static IEnumerable<string> Summary(FileContent content) =>
        content.Objects.Select(o => $"{o.Ref} {string.Join(",", o.Objects.Select(m => m.Revision))}").Concat(content.Diagnostics.Select(d => $"{d.Code} {d.Object}"));

    private static string Text((int Name, int Port)[] documents) => string.Concat(documents.Select(d => $$"""
        ---
        apiVersion: mesh.xdscontrolplane.dev/v1alpha1
        kind: MeshService
        metadata: {name: s{{d.Name}}}
        spec:
          ports:
          - {name: http, port: 80, protocol: http}
          endpoints:
          - {address: 10.0.0.1, port: {{8080 + d.Port}}}

        """));
}
