using System.Buffers.Binary;
using System.Runtime.InteropServices;
using FastCore.Cli.Terminal;
using FastCore.Cli.Wire;
using FastCore.Hosting;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;

namespace FastCore.Cli.Repl;

/// <summary>
/// Reads the grammar <c>operation key=value … [, key=value …]</c>: one line is one request, the objects between
/// commas are its elements.
/// </summary>
internal static class ReplParser
{
    private const string ReservedOfPrefix = "book_reserved";

    /// <summary>Reads a line that is neither empty nor a comment.</summary>
    public static ReplRequest Parse(string line)
    {
        (string name, IReadOnlyList<IReadOnlyList<string>> objects) = ReplTokens.Split(line);
        if (WireCatalog.Find(name) is not WireOperation operation)
        {
            name = Excerpt.Of(name);
            throw new ReplException(
                name,
                "unknown_operation",
                $"There is no operation '{name}'.{Suggestions.Hint(name, WireCatalog.Names)}");
        }

        // A query without conditions is a query; so is the merchant of the book.
        if (objects.Count == 0 && operation.Shape.ElementsMax == 1)
        {
            objects = [[]];
        }

        if (objects.Count == 0)
        {
            throw new ReplException(
                name,
                "missing_object",
                $"{name} needs at least one object: key=value ...; 'help {name}' lists the fields.");
        }

        if (objects.Count > operation.Shape.ElementsMax)
        {
            throw new ReplException(
                name,
                "too_many_objects",
                $"{name} takes {operation.Shape.ElementsMax} objects at most, not {objects.Count}.");
        }

        byte[] body = new byte[operation.Shape.PrefixSize + (objects.Count * operation.Shape.ElementSize)];
        BookPrefix prefix = new() { Book = 1 };
        bool bookGiven = false;
        for (int i = 0; i < objects.Count; i++)
        {
            int start = operation.Shape.PrefixSize + (i * operation.Shape.ElementSize);
            ObjectReader reader = new(operation, body.AsSpan(start, operation.Shape.ElementSize), i + 1);
            reader.Read(objects[i], ref prefix, ref bookGiven);
        }

        if (operation.HasPrefix)
        {
            MemoryMarshal.Write(body, prefix);
        }

        return new ReplRequest(operation, body, ReplySize(operation, body, objects.Count));
    }

    private static int ReplySize(WireOperation operation, byte[] body, int count)
    {
        if (operation.Shape.Kind != OperationKind.Query || operation.Name.StartsWith("sum_", StringComparison.Ordinal))
        {
            return operation.Shape.ResultsOf(count) * operation.Shape.ResultSize;
        }

        UInt128 limit = operation.Element.Find("limit")!.Number(body.AsSpan(operation.Shape.PrefixSize));
        return (int)UInt128.Min(limit, Limits.ElementsPerRequestMax) * operation.Shape.ResultSize;
    }

    /// <summary>Fills one element from its words.</summary>
    private readonly ref struct ObjectReader(WireOperation operation, Span<byte> element, int number)
    {
        private readonly Span<byte> _element = element;

        public void Read(IReadOnlyList<string> words, ref BookPrefix prefix, ref bool bookGiven)
        {
            SetDefaults();
            HashSet<string> seen = new(StringComparer.Ordinal);
            foreach (string word in words)
            {
                int equals = word.IndexOf('=', StringComparison.Ordinal);
                if (equals <= 0)
                {
                    throw Fail("missing_value", $"'{Excerpt.Of(word)}' is not key=value.");
                }

                string key = word[..equals];
                if (!seen.Add(key))
                {
                    throw Fail("duplicate_field", $"{Excerpt.Of(key)} is given twice.");
                }

                Set(key, word[(equals + 1)..], ref prefix, ref bookGiven);
            }

            FillCount(words, seen);
            FillDependent(seen, ref prefix, ref bookGiven);
        }

        // How many seats follows from the seats, unless it is given.
        private void FillCount(IReadOnlyList<string> words, HashSet<string> seen)
        {
            if (!seen.Contains("count") && operation.Element.Find("count") is WireField count
                && words.FirstOrDefault(word => word.StartsWith("seats=", StringComparison.Ordinal)) is string seats)
            {
                count.TrySet(_element, $"{seats.Count(c => c == '|') + 1}");
            }
        }

        private void Set(string key, string value, ref BookPrefix prefix, ref bool bookGiven)
        {
            if (operation.HasPrefix && (key == "book"
                || (key is "merchant" or "show" or "chart" && operation.Element.Find(key) is null)))
            {
                SetBook(NumberOf(key, value), ref prefix, ref bookGiven);
                return;
            }

            if (operation.HasPrefix && key == ReservedOfPrefix)
            {
                prefix.Reserved = NumberOf(key, value);
                return;
            }

            WireField field = operation.Element.Find(key)
                ?? (key == "book" ? operation.KeyField : null)
                ?? throw Fail(
                    "unknown_field",
                    $"{operation.Name} has no field '{Excerpt.Of(key)}'." +
                    Suggestions.Hint(key, operation.Element.Fields.Select(known => known.Name).Append("book")));
            if (field.TrySet(_element, value) is string problem)
            {
                throw Fail("invalid_value", problem);
            }
        }

        // What nearly everybody means when nothing is said; anything said wins, zeros included.
        private void SetDefaults()
        {
            operation.KeyField?.TrySet(_element, "1");
            if (operation.Shape.Kind == OperationKind.Query)
            {
                operation.Element.Find("limit")?.TrySet(_element, $"{Limits.ElementsPerRequestMax}");
                if (operation.Element.Find("account_id") is not null)
                {
                    operation.Element.Find("flags")!.TrySet(_element, "debits|credits");
                }
            }
        }

        private void FillDependent(HashSet<string> seen, ref BookPrefix prefix, ref bool bookGiven)
        {
            // A text's length follows from the text unless it is given, so that a wrong one can be tried.
            foreach (WireField text in operation.Element.Fields.Where(field => field.Kind == WireKind.Text))
            {
                if (seen.Contains(text.Name) && !seen.Contains(text.Name + "_length"))
                {
                    int length = _element.Slice(text.Offset, text.Size).TrimEnd((byte)0).Length;
                    operation.Element.Find(text.Name + "_length")?.TrySet(_element, $"{length}");
                }
            }

            // A merchant is a book, and a show is one: looking one up by its number asks in its own book.
            if (operation.Shape.Operation
                is Operation.LookupMerchants or Operation.GetShow or Operation.GetWaitingRoom)
            {
                string name = operation.Element.Fields[0].Name;
                ulong number = BinaryPrimitives.ReadUInt64LittleEndian(_element);
                if (seen.Contains(name) && !seen.Contains("book"))
                {
                    SetBook(number, ref prefix, ref bookGiven);
                }
                else if (!seen.Contains(name))
                {
                    BinaryPrimitives.WriteUInt64LittleEndian(_element, prefix.Book);
                }
            }
        }

        private void SetBook(ulong book, ref BookPrefix prefix, ref bool bookGiven)
        {
            if ((bookGiven || number > 1) && prefix.Book != book)
            {
                throw Fail("book_differs", $"All objects of a line are in one book: {prefix.Book} or {book}?");
            }

            prefix.Book = book;
            bookGiven = true;
        }

        private ulong NumberOf(string key, string value)
        {
            Span<byte> bytes = stackalloc byte[8];
            WireField field = new(key, 0, 8, WireKind.Unsigned);
            return field.TrySet(bytes, value) is string problem
                ? throw Fail("invalid_value", problem)
                : BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        }

        private ReplException Fail(string code, string message) =>
            new(operation.Name, code, number > 1 ? $"Object {number}: {message}" : message);
    }
}
