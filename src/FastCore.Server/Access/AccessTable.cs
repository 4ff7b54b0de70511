using System.Globalization;
using System.Security.Cryptography;
using FastCore.Node.Access;
using FastCore.Protocol;

namespace FastCore.Server.Access;

/// <summary>The configured keys, hashed, each with its grant. Immutable.</summary>
internal sealed class AccessTable
{
    private readonly (byte[] Hash, string Name, Grant Grant)[] _keys;

    private AccessTable((byte[] Hash, string Name, Grant Grant)[] keys) => _keys = keys;

    /// <summary>Whether there is no key, so that everybody who gets here may do everything.</summary>
    public bool IsOpen => _keys.Length == 0;

    /// <summary>Reads the configured keys.</summary>
    /// <param name="options">The keys.</param>
    /// <param name="problems">Receives a sentence for everything that is wrong.</param>
    public static AccessTable Parse(IEnumerable<AccessKeyOptions> options, ICollection<string> problems)
    {
        List<(byte[] Hash, string Name, Grant Grant)> keys = [];
        uint principal = 0;
        foreach (AccessKeyOptions key in options)
        {
            principal++;
            string name = key.Name.Length > 0 ? key.Name : $"#{principal}";
            byte[] hash = ParseHash(key.Sha256, name, problems);
            IReadOnlyCollection<Operation>? operations = ParseOperations(key.Operations, name, problems);
            IReadOnlyCollection<(ulong First, ulong Last)>? books = ParseBooks(key.Books, name, problems);
            keys.Add((hash, name, Grant.Of(principal, operations, books)));
        }

        return new AccessTable([.. keys]);
    }

    /// <summary>
    /// The grant of a key; null when there is none. Every configured hash is compared, each in constant time, so the
    /// time taken says nothing about how close a guess was or which key it was.
    /// </summary>
    public Grant? Find(ReadOnlySpan<byte> key, out string name)
    {
        name = "anyone";
        if (IsOpen)
        {
            return Grant.Full;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(key, hash);
        int found = -1;
        for (int i = 0; i < _keys.Length; i++)
        {
            found = CryptographicOperations.FixedTimeEquals(hash, _keys[i].Hash) ? i : found;
        }

        if (found < 0 || key.IsEmpty)
        {
            return null;
        }

        name = _keys[found].Name;
        return _keys[found].Grant;
    }

    private static byte[] ParseHash(string text, string name, ICollection<string> problems)
    {
        if (text.Length == 2 * SHA256.HashSizeInBytes && text.All(char.IsAsciiHexDigit))
        {
            return Convert.FromHexString(text);
        }

        problems.Add($"Key {name}: Sha256 must be the {2 * SHA256.HashSizeInBytes} hex digits of the key's SHA-256.");
        return [];
    }

    private static HashSet<Operation>? ParseOperations(
        IEnumerable<string> words, string name, ICollection<string> problems)
    {
        HashSet<Operation> operations = [];
        bool all = false;
        foreach (string word in words)
        {
            if (word == "*")
            {
                all = true;
                continue;
            }

            List<Operation> named =
                OperationTable.All.Where(shape => IsNamed(shape, word)).Select(s => s.Operation).ToList();
            if (named.Count == 0)
            {
                problems.Add($"Key {name}: '{word}' is neither an operation nor ledger, payments, reads, writes or *.");
            }

            operations.UnionWith(named);
        }

        if (!all && operations.Count == 0)
        {
            problems.Add($"Key {name}: Operations names nothing, so the key could do nothing.");
        }

        return all ? null : operations;
    }

    private static bool IsNamed(OperationShape shape, string word)
    {
        if (shape.Kind is OperationKind.Session or OperationKind.Internal)
        {
            return false;
        }

        ushort number = (ushort)shape.Operation;
        return word switch
        {
            "ledger" => number is >= 100 and <= 199,
            "payments" => number is >= 200 and <= 299,
            "writes" => shape.Kind == OperationKind.Write,
            "reads" => shape.Kind != OperationKind.Write,
            _ => word == shape.Name,
        };
    }

    private static List<(ulong First, ulong Last)>? ParseBooks(
        IEnumerable<string> words, string name, ICollection<string> problems)
    {
        List<(ulong First, ulong Last)> books = [];
        bool all = false;
        foreach (string word in words)
        {
            if (word == "*")
            {
                all = true;
                continue;
            }

            string[] ends = word.Split('-');
            if (ends.Length <= 2 && TryParseBook(ends[0], out ulong first) && TryParseBook(ends[^1], out ulong last)
                && first <= last)
            {
                books.Add((first, last));
            }
            else
            {
                problems.Add($"Key {name}: '{word}' is neither a book, nor a range of books such as 100-199, nor *.");
            }
        }

        if (!all && books.Count == 0)
        {
            problems.Add($"Key {name}: Books names nothing, so the key could do nothing.");
        }

        return all ? null : books;
    }

    private static bool TryParseBook(string text, out ulong book) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out book)
            && book is >= 1 and <= Limits.BookMax;
}
