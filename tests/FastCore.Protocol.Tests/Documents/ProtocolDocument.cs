using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using FastCore.Testing;

namespace FastCore.Protocol.Tests.Documents;

/// <summary>
/// Writes the reference part of docs/PROTOCOL.md from the structs, enums and tables themselves, with the words of their
/// own documentation comments, so that the document cannot say anything else than the code.
/// </summary>
internal static partial class ProtocolDocument
{
    public const string Marker =
        "<!-- From here on a test writes this document from the structs (FASTCORE_WRITE_DOCUMENTS=1); do not edit. -->";

    private static readonly Dictionary<string, string> Summaries = ReadSummaries();

    public static string Render()
    {
        StringBuilder text = new();
        text.Append(Marker).Append("\n\n## Operations\n\n");
        text.Append("| number | name | prefix | element | elements at most | key at | result | kind |\n");
        text.Append("|---|---|---|---|---|---|---|---|\n");
        foreach (OperationShape shape in WireStructs.Public)
        {
            (Type element, Type result) = WireStructs.Bodies[shape.Operation];
            string prefix = shape.PrefixSize == 0 ? "none" : nameof(BookPrefix);
            string key = shape is { IsForAll: true, IsAtNode: true } ? "the node"
                : shape.IsForAll ? "every partition"
                : shape.PrefixSize == 0 ? $"element + {shape.KeyOffset}"
                : $"prefix + {shape.KeyOffset}";
            text.Append(CultureInfo.InvariantCulture, $"| {(int)shape.Operation} | `{shape.Name}` | {prefix} ");
            text.Append(CultureInfo.InvariantCulture, $"| {WireStructs.NameOf(element)} ({shape.ElementSize}) ");
            text.Append(CultureInfo.InvariantCulture, $"| {shape.ElementsMax} | {key} ");
            string results = shape.ResultsMax > 0 ? $", at most {shape.ResultsMax}" : "";
            text.Append(CultureInfo.InvariantCulture, $"| {result.Name} ({shape.ResultSize}){results} ");
            text.Append(CultureInfo.InvariantCulture, $"| {WireLayout.Snake(shape.Kind.ToString())} |\n");
        }

        text.Append("\n## Structs\n");
        foreach (Type type in WireStructs.Structs)
        {
            RenderStruct(text, type);
        }

        text.Append("\n## Numbers\n");
        foreach (Type type in WireStructs.Enums)
        {
            RenderEnum(text, type);
        }

        return text.ToString();
    }

    private static void RenderStruct(StringBuilder text, Type type)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n### {type.Name} ({WireStructs.SizeOf(type)} bytes)\n\n");
        text.Append("| offset | type | field | meaning |\n|---|---|---|---|\n");
        foreach (WireField field in WireLayout.FieldsOf(type))
        {
            Type source = field.Source.FieldType;
            string meaning = Summary($"F:{type.FullName}.{field.Source.Name}");
            string suffix = source.IsEnum && source != typeof(Operation) ? $" See {source.Name}." : "";
            text.Append(CultureInfo.InvariantCulture,
                $"| {field.Offset} | {field.Type} | `{field.Name}` | {meaning}{suffix} |\n");
        }
    }

    private static void RenderEnum(StringBuilder text, Type type)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n### {type.Name}\n\n| value | name | meaning |\n|---|---|---|\n");
        foreach (FieldInfo member in type.GetFields(BindingFlags.Public | BindingFlags.Static))
        {
            ulong value = Convert.ToUInt64(member.GetRawConstantValue(), CultureInfo.InvariantCulture);
            string name = WireLayout.Snake(member.Name);
            text.Append(CultureInfo.InvariantCulture,
                $"| {value} | `{name}` | {Summary($"F:{type.FullName}.{member.Name}")} |\n");
        }
    }

    private static string Summary(string member) => Summaries.GetValueOrDefault(member, "");

    private static Dictionary<string, string> ReadSummaries()
    {
        string path = Path.ChangeExtension(typeof(FrameHeader).Assembly.Location, ".xml");
        return XDocument.Load(path).Descendants("member")
            .Where(member => member.Element("summary") is not null)
            .ToDictionary(member => member.Attribute("name")!.Value, member => Plain(member.Element("summary")!));
    }

    /// <summary>A summary as one line of Markdown that may stand in a table.</summary>
    private static string Plain(XElement summary)
    {
        StringBuilder text = new();
        foreach (XNode node in summary.Nodes())
        {
            text.Append(node switch
            {
                XText words => words.Value,
                XElement { Name.LocalName: "see" } see => $"`{Referred(see)}`",
                XElement element => $"`{element.Value}`",
                _ => "",
            });
        }

        return Space().Replace(text.ToString(), " ").Trim().Replace("|", "\\|", StringComparison.Ordinal);
    }

    private static string Referred(XElement see)
    {
        string reference = (see.Attribute("cref") ?? see.Attribute("langword"))?.Value ?? "";
        string name = reference[(reference.LastIndexOf('.') + 1)..];
        bool isMember = reference.StartsWith("F:", StringComparison.Ordinal)
            && !reference.EndsWith("Value", StringComparison.Ordinal);
        return isMember && !char.IsAsciiDigit(name[0]) ? WireLayout.Snake(name) : name;
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
