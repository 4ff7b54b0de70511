using System.Text;
using System.Text.Json;
using FastCore.Protocol.Seats;

namespace FastCore.Seats.Charts.Text;

/// <summary>Makes the blocks of sections: what the section says, and what each row, table and area says else.</summary>
internal sealed class ChartSectionReader(List<ChartCategory> categories, ChartMistakes mistakes)
{
    private static readonly string[] SectionMembers =
    [
        "name", "from", "to", "category", "zone", "rank", "rank_step", "focus", "first", "step", "rows", "tables",
        "areas",
    ];

    private static readonly string[] RowMembers =
    [
        "name", "from", "to", "category", "zone", "rank", "rank_step", "focus", "first", "step", "seats", "aisles",
        "accessible",
    ];

    private static readonly string[] TableMembers =
    [
        "name", "from", "to", "category", "zone", "rank", "rank_step", "first", "step", "seats", "accessible", "whole",
        "min", "max",
    ];

    private static readonly string[] AreaMembers = ["name", "from", "to", "category", "zone", "rank", "places"];

    private static readonly (string List, string[] Members, ChartBlockKind Kind)[] Parts =
    [
        ("rows", RowMembers, ChartBlockKind.Row),
        ("tables", TableMembers, ChartBlockKind.Table),
        ("areas", AreaMembers, ChartBlockKind.GeneralAdmission),
    ];

    /// <summary>All blocks so far.</summary>
    public List<ChartBlock> Blocks { get; } = [];

    public void Read(JsonElement element, string path)
    {
        if (ChartObject.Open(element, path, mistakes, SectionMembers) is not { } section)
        {
            return;
        }

        BlockTerms terms = ReadTerms(section, BlockTerms.Start, hasSeats: true);
        NameRange names = ReadNames(section, SectionName.Size);
        // The shape is read once, into blocks without a section's name, and copied for every name.
        int start = Blocks.Count;
        ReadParts(section, terms);
        int shape = Blocks.Count - start;
        if (shape == 0 || names.Count == 0)
        {
            return;
        }

        if ((long)shape * (names.Count - 1) > SeatLimits.BlocksPerChartMax - Blocks.Count)
        {
            TellTooMany(section.Path);
            return;
        }

        for (int i = 1; i < names.Count; i++)
        {
            Blocks.AddRange(Blocks.GetRange(start, shape));
        }

        for (int i = 0; i < names.Count * shape; i++)
        {
            ChartBlock block = Blocks[start + i];
            Encoding.UTF8.GetBytes(names.At(i / shape), (Span<byte>)block.Section);
            Blocks[start + i] = block;
        }
    }

    private void ReadParts(ChartObject section, BlockTerms terms)
    {
        int rank = terms.Rank;
        foreach ((string list, string[] members, ChartBlockKind kind) in Parts)
        {
            foreach ((JsonElement element, string path) in section.List(list))
            {
                if (ChartObject.Open(element, path, mistakes, members) is { } part)
                {
                    bool hasSeats = kind != ChartBlockKind.GeneralAdmission;
                    BlockTerms own = ReadTerms(part, terms with { Rank = rank }, hasSeats);
                    int made = Add(part, kind, own);
                    rank = part.Has("rank") || part.Has("rank_step") ? rank : own.Rank + (made * own.RankStep);
                }
            }
        }
    }

    // Returns how many blocks it made.
    private int Add(ChartObject part, ChartBlockKind kind, BlockTerms terms)
    {
        NameRange names = ReadNames(part, RowName.Size);
        bool isArea = kind == ChartBlockKind.GeneralAdmission;
        ChartBlock block = isArea ? ReadArea(part, terms) : ReadSeats(part, kind, terms);
        if (terms.Category is null)
        {
            part.Tell(ChartMistakeCode.CategoryMissing, null, "Neither this nor its section has a category.");
        }

        if (names.Count > SeatLimits.BlocksPerChartMax - Blocks.Count)
        {
            TellTooMany(part.Path);
            return 0;
        }

        int last = terms.Rank + ((names.Count - 1) * terms.RankStep);
        if (names.Count != 0 && (terms.Rank is < 0 or > ushort.MaxValue || last is < 0 or > ushort.MaxValue))
        {
            part.Tell(ChartMistakeCode.RankOutOfRange, null, "A rank would leave 0 … 65535.");
            return 0;
        }

        for (int i = 0; i < names.Count; i++)
        {
            ChartBlock named = block;
            named.Rank = (ushort)(terms.Rank + (i * terms.RankStep));
            Encoding.UTF8.GetBytes(names.At(i), (Span<byte>)named.Row);
            Blocks.Add(named);
        }

        return names.Count;
    }

    private static ChartBlock ReadArea(ChartObject area, BlockTerms terms) => new()
    {
        Capacity = (uint)(area.NeededWhole("places", 1, (int)SeatLimits.AreaCapacityMax) ?? 0),
        Zone = terms.Zone,
        Kind = ChartBlockKind.GeneralAdmission,
        Category = terms.Category ?? 0,
    };

    private static ChartBlock ReadSeats(ChartObject part, ChartBlockKind kind, BlockTerms terms)
    {
        int seats = part.NeededWhole("seats", 1, SeatLimits.SeatsPerBlockMax) ?? SeatLimits.SeatsPerBlockMax;
        ChartBlock block = new()
        {
            Accessible = part.Seats("accessible", seats),
            Aisles = kind == ChartBlockKind.Row ? part.Seats("aisles", seats - 1) : 0,
            Capacity = (uint)seats,
            Zone = terms.Zone,
            FirstNumber = (ushort)terms.First,
            NumberStep = (sbyte)terms.Step,
            Kind = kind,
            Category = terms.Category ?? 0,
            Focus = (byte)((seats - 1) / 2),
        };
        if (kind == ChartBlockKind.Row && terms.Focus is { } focus)
        {
            block.Focus = (byte)(focus - 1);
            if (focus > seats && part.Has("seats"))
            {
                part.Tell(ChartMistakeCode.SeatBeyondBlock, null, $"The focus is seat {focus} of {seats}.");
            }
        }

        if (terms.First + (terms.Step * (seats - 1)) is < 0 or > ushort.MaxValue)
        {
            part.Tell(ChartMistakeCode.NumberingOutOfRange, null, "A printed number would leave 0 … 65535.");
        }

        if (kind == ChartBlockKind.Table)
        {
            ReadOccupancy(part, seats, ref block);
        }

        return block;
    }

    private static void ReadOccupancy(ChartObject table, int seats, ref ChartBlock block)
    {
        if (!table.Flag("whole"))
        {
            if (table.Has("min") || table.Has("max"))
            {
                table.Tell(
                    ChartMistakeCode.ConflictingMembers, null, "Only a table that is sold whole has min and max.");
            }

            return;
        }

        int most = table.Whole("max", 1, SeatLimits.SeatsPerBlockMax) ?? seats;
        int least = table.Whole("min", 1, SeatLimits.SeatsPerBlockMax) ?? 1;
        if (least > most || most > seats)
        {
            table.Tell(
                ChartMistakeCode.OccupancyInvalid, null, $"min to max must lie within 1 to {seats}, its seats.");
        }

        block.Kind = ChartBlockKind.WholeTable;
        block.OccupancyMin = (byte)least;
        block.OccupancyMax = (byte)most;
    }

    // A name, or a range of names; without either the one name that is empty. Nothing when it is wrong.
    private static NameRange ReadNames(ChartObject part, int bytesMax)
    {
        if (!part.Has("from") && !part.Has("to"))
        {
            string? name = part.Text("name", bytesMax);
            return name is null && part.Has("name") ? default : NameRange.One(name ?? "");
        }

        if (part.Has("name"))
        {
            part.Tell(ChartMistakeCode.ConflictingMembers, "name", "A name excludes from and to.");
        }

        part.TellWhenMissing("from");
        part.TellWhenMissing("to");
        string? from = part.Text("from", bytesMax);
        string? to = part.Text("to", bytesMax);
        if (from is null || to is null)
        {
            return default;
        }

        if (!NameRange.TryParse(from, to, out NameRange range))
        {
            part.Tell(
                ChartMistakeCode.RangeInvalid, null,
                "A range goes upwards from letter to letter, or from number to number with the same text in front.");
            return default;
        }

        return range;
    }

    private BlockTerms ReadTerms(ChartObject part, BlockTerms outer, bool hasSeats)
    {
        BlockTerms terms = outer with
        {
            Category = ReadCategory(part) ?? outer.Category,
            Zone = (ushort)(part.Whole("zone", 0, ushort.MaxValue) ?? outer.Zone),
            Rank = part.Whole("rank", 0, ushort.MaxValue) ?? outer.Rank,
        };
        if (!hasSeats)
        {
            return terms;
        }

        int? step = part.Whole("step", sbyte.MinValue, sbyte.MaxValue);
        if (step == 0)
        {
            part.Tell(ChartMistakeCode.NumberOutOfRange, "step", "The step must not be 0.");
        }

        return terms with
        {
            RankStep = part.Whole("rank_step", -ushort.MaxValue, ushort.MaxValue) ?? outer.RankStep,
            Focus = part.Whole("focus", 1, SeatLimits.SeatsPerBlockMax) ?? outer.Focus,
            First = part.Whole("first", 0, ushort.MaxValue) ?? outer.First,
            Step = step ?? outer.Step,
        };
    }

    private byte? ReadCategory(ChartObject part)
    {
        if (part.Text("category", ChartFileReader.NameBytesMax) is not { } name)
        {
            return null;
        }

        int number = categories.FindIndex(category => category.Name == name);
        if (number < 0)
        {
            part.Tell(ChartMistakeCode.CategoryUnknown, "category", "There is no such category.");
        }

        // A wrong name is told once, and not also as a missing one.
        return (byte)Math.Max(number, 0);
    }

    private void TellTooMany(string path) =>
        mistakes.Add(
            ChartMistakeCode.TooManyBlocks, path, $"A chart has at most {SeatLimits.BlocksPerChartMax} blocks.");

    /// <summary>What a section gives to its parts.</summary>
    private readonly record struct BlockTerms(
        byte? Category, ushort Zone, int Rank, int RankStep, int? Focus, int First, int Step)
    {
        public static BlockTerms Start => new(null, 0, 0, 0, null, 1, 1);
    }
}
