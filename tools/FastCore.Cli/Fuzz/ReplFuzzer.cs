using System.Globalization;
using System.Text;
using FastCore.Cli.Repl;
using FastCore.Cli.Wire;
using FastCore.Fuzz.Core;
using FastCore.Protocol;
using FastCore.Testing;

namespace FastCore.Cli.Fuzz;

/// <summary>A line of a session; several lines move the session's clock.</summary>
internal sealed class ReplFuzzer : Fuzzer
{
    /// <inheritdoc/>
    public override string Name => "repl";

    /// <inheritdoc/>
    public override string Summary => "ReplParser and ReplClock: the lines of an interactive session.";

    /// <inheritdoc/>
    public override int InputSizeMax => 400;

    /// <inheritdoc/>
    public override long AllocationMax => 512 << 10;

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Tokens { get; } = [.. Words().Select(Encoding.UTF8.GetBytes)];

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds() =>
    [
        .. ((string[])
        [
            "create_accounts id=1 ledger=700 code=10, id=2 ledger=700 code=10 flags=history|linked",
            "create_transfers id=1 debit_account_id=1 credit_account_id=2 amount=0x5 ledger=700 code=1 book=9",
            "get_account_transfers account_id=7 limit=10 flags=debits",
            "lookup_merchants merchant=3",
            "create_merchants id=4 merchant=9",
            "create_orders id=1 merchant=1 amount=1_000",
            "sum_transfers ledger=1",
            "lookup_accounts id=340282366920938463463374607431768211455",
            "get_book_totals ledger=1, ledger=2",
            "setup_account account=1 ledger=1 code=1 debits_posted=5 book_reserved=0",
            "tick 30s",
            "tick 106751d",
        ]).Select(Encoding.UTF8.GetBytes),
    ];

    /// <inheritdoc/>
    public override int Generate(Span<byte> input, SeededRandom random)
    {
        WireOperation operation = random.Pick(WireCatalog.All);
        StringBuilder line = new(operation.Name);
        for (int objects = random.Between(1, 3); objects > 0; objects--)
        {
            foreach (WireField field in operation.Element.Fields)
            {
                if (random.OneIn(2))
                {
                    line.Append(' ').Append(field.Name).Append('=').Append(RandomValue(field, random));
                }
            }

            line.Append(objects > 1 ? "," : "");
        }

        return Encoding.UTF8.TryGetBytes(line.ToString(), input, out int length) ? length : 0;
    }

    /// <inheritdoc/>
    public override Verdict Run(ReadOnlySpan<byte> input)
    {
        string line = Encoding.UTF8.GetString(input);
        try
        {
            if (line.StartsWith("tick ", StringComparison.Ordinal))
            {
                return Tick(line);
            }

            ReplRequest request = ReplParser.Parse(line);
            CheckSizes(request);
            string again = Written(request);
            BrokenPropertyException.Unless(
                again.Length == 0 || ReplParser.Parse(again).Body.AsSpan().SequenceEqual(request.Body),
                $"written again as '{again}', the line means something else");
            return Verdict.Accepted(
                (int)request.Operation.Shape.Operation,
                Verdict.SizeClass(request.Body.Length),
                again.Length == 0 ? 0 : 1);
        }
        catch (ReplException refused)
        {
            return Verdict.Refused(refused.Code + (refused.Operation.Length > 24 ? "" : refused.Operation));
        }
    }

    private static string RandomValue(WireField field, SeededRandom random)
    {
        List<string> names = [.. field.Names];
        if (names.Count > 0 && !random.OneIn(8))
        {
            bool another = field.Kind == WireKind.Flags && random.OneIn(2);
            return random.Pick(names) + (another ? "|" + random.Pick(names) : "");
        }

        ulong number = random.Skewed() & (ulong)UInt128.Min(field.Max, ulong.MaxValue);
        return random.Below(8) switch
        {
            0 => "0x" + number.ToString("x", CultureInfo.InvariantCulture),
            1 => field.Max.ToString(CultureInfo.InvariantCulture),
            2 => "-" + number.ToString(CultureInfo.InvariantCulture),
            _ => number.ToString(CultureInfo.InvariantCulture),
        };
    }

    // Twice, as the second one may be what no clock can show.
    private static Verdict Tick(string line)
    {
        ReplClock clock = new(ReplClock.ScriptStartNs);
        string[] words = line.Split(' ');
        ulong before = clock.NowNs;
        ulong moved = clock.Tick(words);
        BrokenPropertyException.Unless(clock.NowNs == before + moved, "the clock moved by something else");
        clock.Tick(words);
        return Verdict.Accepted(Verdict.SizeClass((long)moved));
    }

    private static void CheckSizes(ReplRequest request)
    {
        OperationShape shape = request.Operation.Shape;
        int elements = request.Body.Length - shape.PrefixSize;
        BrokenPropertyException.Unless(
            elements >= 0 && elements % shape.ElementSize == 0 && elements / shape.ElementSize <= shape.ElementsMax,
            "a body that no gate lets through");
        BrokenPropertyException.Unless(
            request.ReplySize is >= 0 and <= Limits.ReplyBodySizeMax, "a reply that no frame can carry");
    }

    // The request in the grammar, every field said; empty when the grammar cannot say it (text with quotes in it, or
    // zeros; no objects).
    private static string Written(ReplRequest request)
    {
        WireOperation operation = request.Operation;
        OperationShape shape = operation.Shape;
        List<string> objects = [];
        for (int start = shape.PrefixSize; start < request.Body.Length; start += shape.ElementSize)
        {
            ReadOnlySpan<byte> element = request.Body.AsSpan(start, shape.ElementSize);
            StringBuilder words = new();
            if (operation.HasPrefix)
            {
                words.Append(CultureInfo.InvariantCulture, $"book={BitConverter.ToUInt64(request.Body)} ");
                words.Append(CultureInfo.InvariantCulture, $"book_reserved={BitConverter.ToUInt64(request.Body, 8)} ");
            }

            foreach (WireField field in operation.Element.Fields)
            {
                if (ValueOf(field, element) is not string value)
                {
                    return "";
                }

                words.Append(CultureInfo.InvariantCulture, $"{field.Name}={value} ");
            }

            objects.Add(words.ToString());
        }

        return objects.Count == 0 ? "" : operation.Name + " " + string.Join(", ", objects);
    }

    private static string? ValueOf(WireField field, ReadOnlySpan<byte> element)
    {
        switch (field.Kind)
        {
            case WireKind.Signed:
                return field.SignedNumber(element).ToString(CultureInfo.InvariantCulture);
            case WireKind.Text:
                string text = field.TextOf(element);
                return text.Contains('"')
                    || text.Contains('\uFFFD')
                    || element.Slice(field.Offset, field.Size)[text.Length..].TrimEnd((byte)0).Length > 0
                    ? null
                    : $"\"{text}\"";
            case WireKind.Hex:
                return field.HexOf(element);
            case WireKind.Numbers:
                return string.Join('|', field.NumbersOf(element).DefaultIfEmpty());
            case WireKind.Choice or WireKind.Flags:
                return field.NameOf(element);
            default:
                return field.Number(element).ToString(CultureInfo.InvariantCulture);
        }
    }

    private static IEnumerable<string> Words()
    {
        yield return "=";
        yield return ",";
        yield return "\"";
        yield return "|";
        yield return "0x";
        yield return "-1";
        yield return "_";
        yield return ";";
        yield return "tick ";
        yield return "18446744073709551615";
        yield return "340282366920938463463374607431768211456";
        yield return "book=";
        yield return "book_reserved=";
        foreach (WireOperation operation in WireCatalog.All)
        {
            yield return operation.Name + " ";
            foreach (WireField field in operation.Element.Fields)
            {
                yield return field.Name + "=";
                foreach (string name in field.Names)
                {
                    yield return name;
                }
            }
        }
    }
}
