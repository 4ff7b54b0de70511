using System.Text.Json;
using FastCore.Protocol.Seats;

namespace FastCore.Seats.Charts.Text;

/// <summary>Reads a chart file: its name, its categories, its sections, and what holds across blocks.</summary>
internal static class ChartFileReader
{
    /// <summary>Bytes of the names of houses and categories at most.</summary>
    public const int NameBytesMax = 64;

    // A seat's number is five objects and lists deep; a little more lets the walk say what is wrong.
    private const int DepthMax = 12;

    private static readonly string[] FileMembers = ["name", "categories", "sections"];
    private static readonly string[] CategoryMembers = ["name", "price"];

    public static ChartFile? Read(ReadOnlySpan<byte> json, ChartMistakes mistakes)
    {
        if (json.Length > ChartFile.BytesMax)
        {
            mistakes.Add(
                ChartMistakeCode.FileTooLarge, "$", $"The file has more than {ChartFile.BytesMax} bytes.");
            return null;
        }

        ReadOnlySpan<byte> byteOrderMark = [0xEF, 0xBB, 0xBF];
        byte[] text = json.StartsWith(byteOrderMark) ? [.. json[3..]] : [.. json];
        JsonDocumentOptions options = new() { CommentHandling = JsonCommentHandling.Skip, MaxDepth = DepthMax };
        try
        {
            using JsonDocument document = JsonDocument.Parse(text, options);
            return ReadFile(document.RootElement, mistakes);
        }
        catch (JsonException broken)
        {
            string where = $"line {broken.LineNumber + 1}, byte {broken.BytePositionInLine + 1}";
            mistakes.Add(ChartMistakeCode.NotJson, where, $"This is not JSON nested at most {DepthMax} deep.");
            return null;
        }
    }

    private static ChartFile? ReadFile(JsonElement root, ChartMistakes mistakes)
    {
        if (ChartObject.Open(root, "$", mistakes, FileMembers) is not { } file)
        {
            return null;
        }

        file.TellWhenMissing("name");
        string? name = file.Text("name", NameBytesMax, mayBeEmpty: false);
        List<ChartCategory> categories = ReadCategories(file, mistakes);
        ChartSectionReader sections = new(categories, mistakes);
        foreach ((JsonElement element, string path) in file.List("sections", isNeeded: true))
        {
            sections.Read(element, path);
        }

        if (mistakes.All.Count == 0 && sections.Blocks.Count == 0)
        {
            file.Tell(ChartMistakeCode.NoBlocks, "sections", "There is neither a row nor a table nor an area.");
        }

        if (mistakes.All.Count == 0)
        {
            ChartLabels.Check(sections.Blocks, mistakes);
        }

        return mistakes.All.Count == 0 ? new ChartFile(name!, [.. sections.Blocks], categories) : null;
    }

    private static List<ChartCategory> ReadCategories(ChartObject file, ChartMistakes mistakes)
    {
        List<ChartCategory> categories = [];
        foreach ((JsonElement element, string path) in file.List("categories", isNeeded: true))
        {
            if (categories.Count == SeatLimits.CategoriesMax)
            {
                mistakes.Add(
                    ChartMistakeCode.TooManyCategories, path,
                    $"A chart has at most {SeatLimits.CategoriesMax} categories.");
                break;
            }

            if (ChartObject.Open(element, path, mistakes, CategoryMembers) is not { } category)
            {
                continue;
            }

            category.TellWhenMissing("name");
            string? name = category.Text("name", NameBytesMax, mayBeEmpty: false);
            if (name is not null && categories.Exists(other => other.Name == name))
            {
                category.Tell(ChartMistakeCode.CategoryRepeated, "name", "Another category has this name.");
            }

            categories.Add(new ChartCategory(
                name ?? "", (uint?)category.Whole("price", 0, (int)SeatLimits.PriceMax)));
        }

        return categories;
    }
}
