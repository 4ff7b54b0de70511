using System.Text;
using FastCore.Fuzz.Core;
using FastCore.Node.Access;
using FastCore.Protocol;
using FastCore.Server;
using FastCore.Server.Access;
using FastCore.Testing;

namespace FastCore.Fuzz.Texts;

/// <summary>A configured access key: a line each for its name, its hash, its operations and its books.</summary>
public sealed class AccessFuzzer : Fuzzer
{
    private const string Key =
        "fck_0123456789abcdef_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private static readonly string Hash = AccessSecret.HashOf(Key);
    private static readonly byte[] KeyBytes = Encoding.UTF8.GetBytes(Key);

    /// <inheritdoc/>
    public override string Name => "access-keys";

    /// <inheritdoc/>
    public override string Summary => "AccessTable: the access keys of a server's configuration.";

    /// <inheritdoc/>
    public override int InputSizeMax => 512;

    /// <inheritdoc/>
    public override long AllocationMax => 128 << 10;

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Tokens =>
    [
        .. ((string[])
        [
            Hash, "*", "-", " ", "\n", "ledger", "payments", "reads", "writes", "fraud", "policies", "create_transfers",
            "activate_policy", "setup_accounts",
            "1", "0", "72057594037927935", "72057594037927936", "18446744073709551616", "+1", "1-2", "2-1", "1-2-3",
        ]).Select(Encoding.UTF8.GetBytes),
    ];

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds() =>
    [
        .. ((string[])
        [
            $"till\n{Hash}\nledger reads\n1-9 20",
            $"\n{Hash}\n*\n*",
            $"back office\n{Hash}\ncreate_transfers lookup_accounts writes\n100-72057594037927935",
        ]).Select(Encoding.UTF8.GetBytes),
    ];

    /// <inheritdoc/>
    public override int Generate(Span<byte> input, SeededRandom random)
    {
        StringBuilder text = new($"key\n{Hash}\n");
        for (int words = random.Between(1, 5); words > 0; words--)
        {
            text.Append(random.Pick(OperationTable.All).Name).Append(random.OneIn(9) ? " *" : words > 1 ? " " : "");
        }

        text.Append('\n');
        for (int words = random.Between(1, 4); words > 0; words--)
        {
            ulong first = random.Skewed() % (Limits.BookMax + 2);
            text.Append(first);
            if (random.OneIn(2))
            {
                text.Append('-').Append(first + (random.Skewed() % 1000));
            }

            text.Append(words > 1 ? " " : "");
        }

        return Encoding.UTF8.TryGetBytes(text.ToString(), input, out int length) ? length : 0;
    }

    /// <inheritdoc/>
    public override Verdict Run(ReadOnlySpan<byte> input)
    {
        string[] lines = Encoding.UTF8.GetString(input).Split('\n');
        AccessKeyOptions key = new() { Name = Line(lines, 0), Hash = Line(lines, 1) };
        foreach (string word in Line(lines, 2).Split(' '))
        {
            key.Operations.Add(word);
        }

        foreach (string word in Line(lines, 3).Split(' '))
        {
            key.Books.Add(word);
        }

        List<string> problems = [];
        AccessTable? table = AccessTable.Read([key], [], isOpen: false, problems);
        if (table is null)
        {
            BrokenPropertyException.Unless(problems.Count > 0, "a key was refused without a reason");
            return Verdict.Refused(problems[0]);
        }

        Grant? grant = table.Find(KeyBytes, certificate: null)?.Grant;
        BrokenPropertyException.Unless(table.Find(default, certificate: null) is null, "no key at all was let in");
        BrokenPropertyException.Unless(
            (grant is not null) == Hash.Equals(key.Hash, StringComparison.OrdinalIgnoreCase),
            "another key was let in");
        return Verdict.Accepted(grant is null ? 0 : CheckGrant(grant, key));
    }

    // Nothing is allowed that no word names.
    private static int CheckGrant(Grant grant, AccessKeyOptions key)
    {
        int allowed = 0;
        foreach (OperationShape shape in OperationTable.All)
        {
            bool named = key.Operations.Any(word => word == "*"
                || word == shape.Name
                || (IsAboutPolicies(shape.Name)
                    ? word == "policies"
                    : word is "reads" or "writes" or "ledger" or "payments" or "fraud"));
            BrokenPropertyException.Unless(named || !grant.Allows(shape.Operation), "an operation that no word names");
            allowed += grant.Allows(shape.Operation) ? 1 : 0;
        }

        bool every = key.Books.Contains("*");
        BrokenPropertyException.Unless(every == grant.AllowsEveryBook, "every book, although no word says so");
        BrokenPropertyException.Unless(every || !grant.AllowsBook(0), "book zero");
        BrokenPropertyException.Unless(every || !grant.AllowsBook(Limits.BookMax + 1), "a book above the largest");
        return allowed;
    }

    // As the documents name them.
    private static bool IsAboutPolicies(string operation) =>
        operation is "upload_policy_file" or "activate_policy" or "get_policies" or "get_fraud_metrics";

    private static string Line(string[] lines, int index) => index < lines.Length ? lines[index] : "";
}
