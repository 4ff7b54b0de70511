using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using FastCore.Testing;
using Xunit;

namespace FastCore.Protocol.Tests.Documents;

public sealed partial class ProtocolDocumentTests
{
    private static readonly string DocumentPath = Path.Combine(RepositoryRoot.Path, "docs", "PROTOCOL.md");

    [Fact]
    public void The_reference_part_is_what_the_code_is()
    {
        string document = File.ReadAllText(DocumentPath);
        int marker = document.IndexOf(ProtocolDocument.Marker, StringComparison.Ordinal);
        Assert.True(marker > 0, "docs/PROTOCOL.md has lost its marker.");
        string rendered = ProtocolDocument.Render();
        if (Environment.GetEnvironmentVariable("FASTCORE_WRITE_DOCUMENTS") == "1")
        {
            File.WriteAllText(DocumentPath, document[..marker] + rendered);
            return;
        }

        Assert.Equal(rendered, document[marker..]);
    }

    // Apart from how the document was made: its tables alone must describe structs without holes or overlaps, of the
    // size in their heading, equal to what the compiler laid out.
    [Fact]
    public void The_offset_tables_describe_the_structs_without_holes()
    {
        string document = File.ReadAllText(DocumentPath);
        Dictionary<string, Type> structs = WireStructs.Structs.ToDictionary(type => type.Name);
        MatchCollection sections = StructSection().Matches(document);
        Assert.Equal(structs.Count, sections.Count);
        foreach (Match section in sections)
        {
            Type type = structs[section.Groups["name"].Value];
            int size = int.Parse(section.Groups["size"].Value, CultureInfo.InvariantCulture);
            int next = 0;
            foreach (Match row in FieldRow().Matches(section.Groups["table"].Value))
            {
                Assert.True(next == int.Parse(row.Groups["offset"].Value, CultureInfo.InvariantCulture),
                    $"{type.Name} at {next}");
                next += SizeOf(row.Groups["type"].Value);
            }

            Assert.Equal(size, next);
            Assert.Equal(size, WireStructs.SizeOf(type));
        }
    }

    [Fact]
    public void Every_operation_knows_its_structs()
    {
        foreach (OperationShape shape in WireStructs.Public)
        {
            (Type element, Type result) = WireStructs.Bodies[shape.Operation];
            Assert.Equal((shape.ElementSize, shape.ResultSize),
                (WireStructs.SizeOf(element), WireStructs.SizeOf(result)));
        }
    }

    [Fact]
    public void Limits_fit_together()
    {
        Assert.Equal(Limits.FrameHeaderSize, Unsafe.SizeOf<FrameHeader>());
        foreach (OperationShape shape in WireStructs.Public)
        {
            Assert.True(shape.PrefixSize + (shape.ElementsMax * shape.ElementSize) <= Limits.RequestBodySizeMax,
                shape.Name);
            Assert.True(Limits.ElementsPerRequestMax * shape.ResultSize <= Limits.ReplyBodySizeMax, shape.Name);
        }
    }

    // "u32", or "u32[16]" for so many of them.
    private static int SizeOf(string type)
    {
        string[] parts = type.TrimEnd(']').Split('[');
        int size = int.Parse(parts[0][1..], CultureInfo.InvariantCulture) / 8;
        return parts.Length == 1 ? size : size * int.Parse(parts[1], CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"^### (?<name>\w+) \((?<size>\d+) bytes\)\n\n(?<table>(\|.*\n)+)", RegexOptions.Multiline)]
    private static partial Regex StructSection();

    [GeneratedRegex(@"^\| (?<offset>\d+) \| (?<type>[uif]\d+(\[\d+\])?) \|", RegexOptions.Multiline)]
    private static partial Regex FieldRow();
}
