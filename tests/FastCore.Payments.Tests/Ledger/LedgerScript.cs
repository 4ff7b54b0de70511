using System.Globalization;
using FastCore.Payments.Ledger;
using FastCore.Protocol.Ledger;
using Xunit;

namespace FastCore.Payments.Tests.Ledger;

/// <summary>
/// Runs rule tables. One line is one step; what comes after <c>-></c> is expected:
/// <code>
/// account  id=1 ledger=1 code=1 flags=linked|history …   -> created      (ledger and code are 1 unless given)
/// transfer id=1 debit=1 credit=2 amount=5 …              -> exceeds_credits
/// commit                                                  ends the request; so does any other kind of step
/// setup    id=1 debits_posted=5 …                         -> created
/// tick 5s | tick 3ns | clock max-5s                       moves time
/// balance  1  debits_pending debits_posted credits_pending credits_posted [closed]
/// amount   7  -> 12           the transfer has this amount;  missing 7: there is no such transfer
/// options  accounts_max=2 … (first line)
/// </code>
/// Numbers are decimal; <c>max</c> and <c>max-3</c> count from the field's largest value. <c>book=2</c> on a first
/// event of a request sends the request to that book. A backslash at the end joins a line with the next.
/// </summary>
internal sealed class LedgerScript : IDisposable
{
    private readonly List<(Account Event, string Expected)> _accounts = [];
    private readonly List<(Transfer Event, string Expected)> _transfers = [];
    private LedgerRig? _rig;
    private ulong _book = 1;

    /// <summary>The names of all results that came up, as "account: …" and "transfer: …".</summary>
    public HashSet<string> Seen { get; } = [];

    private LedgerRig Rig => _rig ??= new LedgerRig();

    /// <summary>Runs a script and returns what results it saw.</summary>
    public static HashSet<string> Run(string script)
    {
        using LedgerScript runner = new();
        const StringSplitOptions Trimmed = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
        string joined = script.ReplaceLineEndings("\n").Replace("\\\n", " ", StringComparison.Ordinal);
        foreach (string line in joined.Split('\n', Trimmed))
        {
            runner.Step(line);
        }

        runner.Commit();
        return runner.Seen;
    }

    public void Dispose() => _rig?.Dispose();

    private void Step(string line)
    {
        string[] sides = line.Split("->", StringSplitOptions.TrimEntries);
        string[] words = sides[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string expected = sides.Length > 1 ? sides[1] : "";
        switch (words[0])
        {
            case "account":
                Commit(unlessEmpty: _transfers.Count);
                _accounts.Add((ParseAccount(words[1..]), expected));
                return;
            case "transfer":
                Commit(unlessEmpty: _accounts.Count);
                _transfers.Add((ParseTransfer(words[1..]), expected));
                return;
        }

        Commit();
        switch (words[0])
        {
            case "commit":
                break;
            case "options":
                _rig = new LedgerRig(ParseOptions(words[1..]));
                break;
            case "setup":
                CreateAccountStatus status = Rig.SetUp(_book, ParseSetup(words[1..]))[0].Status;
                Seen.Add($"account: {LedgerNames.Of(status)}");
                Assert.Equal(expected, LedgerNames.Of(status));
                break;
            case "tick":
                Rig.NowNs = Math.Max(Rig.NowNs, Rig.Clock.Last) + ParseSpan(words[1]);
                Rig.Tick();
                break;
            case "clock":
                Rig.NowNs = long.MaxValue - ParseSpan(words[1]["max-".Length..]);
                Rig.Tick();
                break;
            case "balance":
                CheckBalance(words, line);
                break;
            case "amount":
                Assert.Equal(Number(expected, UInt128.MaxValue), Rig.LookupTransfer(_book, Number(words[1]))?.Amount);
                break;
            case "missing":
                Assert.Null(Rig.LookupTransfer(_book, Number(words[1])));
                break;
            default:
                Assert.Fail($"Unknown step: {line}");
                break;
        }
    }

    private void Commit(int unlessEmpty)
    {
        if (unlessEmpty != 0)
        {
            Commit();
        }
    }

    private void Commit()
    {
        if (_accounts.Count != 0)
        {
            CreateAccountResult[] results = Rig.CreateAccounts(_book, [.. _accounts.Select(a => a.Event)]);
            Check("account", _accounts.Select(a => a.Expected), results.Select(r => LedgerNames.Of(r.Status)));
            Assert.All(results, result => Assert.Equal(0u, result.Reserved));
        }

        if (_transfers.Count != 0)
        {
            CreateTransferResult[] results = Rig.CreateTransfers(_book, [.. _transfers.Select(t => t.Event)]);
            Check("transfer", _transfers.Select(t => t.Expected), results.Select(r => LedgerNames.Of(r.Status)));
            Assert.All(results, result => Assert.Equal(0u, result.Reserved));
        }

        _accounts.Clear();
        _transfers.Clear();
        if (_rig is not null)
        {
            Assert.Null(_rig.CheckInvariants());
        }
    }

    private void Check(string kind, IEnumerable<string> expected, IEnumerable<string> actual)
    {
        Seen.UnionWith(actual.Select(name => $"{kind}: {name}"));
        Assert.Equal(string.Join('\n', expected), string.Join('\n', actual));
    }

    private void CheckBalance(string[] words, string line)
    {
        Account? account = Rig.LookupAccount(_book, Number(words[1]));
        Assert.True(account is not null, line);
        string actual = string.Join(
            ' ', account.Value.DebitsPending, account.Value.DebitsPosted, account.Value.CreditsPending,
            account.Value.CreditsPosted);
        string flag = (account.Value.Flags & AccountFlags.Closed) != 0 ? " closed" : "";
        string expected = string.Join(
            ' ', words[2..].Select(w => w == "closed" ? w : Number(w, UInt128.MaxValue).ToString()));
        Assert.True(expected == actual + flag, $"{line}: is {actual}{flag}");
    }

    private Account ParseAccount(string[] words)
    {
        Account account = new() { Ledger = 1, Code = 1 };
        foreach ((string key, string value) in words.Select(Pair))
        {
            switch (key)
            {
                case "book": _book = (ulong)Number(value); break;
                case "id": account.Id = Number(value, UInt128.MaxValue); break;
                case "debits_pending": account.DebitsPending = Number(value); break;
                case "debits_posted": account.DebitsPosted = Number(value); break;
                case "credits_pending": account.CreditsPending = Number(value); break;
                case "credits_posted": account.CreditsPosted = Number(value); break;
                case "user_data_128": account.UserData128 = Number(value, UInt128.MaxValue); break;
                case "user_data_64": account.UserData64 = (ulong)Number(value, ulong.MaxValue); break;
                case "user_data_32": account.UserData32 = (uint)Number(value, uint.MaxValue); break;
                case "reserved": account.Reserved = (uint)Number(value); break;
                case "ledger": account.Ledger = (uint)Number(value); break;
                case "code": account.Code = (ushort)Number(value); break;
                case "flags": account.Flags = ParseAccountFlags(value); break;
                case "timestamp": account.Timestamp = (ulong)Number(value, ulong.MaxValue); break;
                default: Assert.Fail($"An account has no {key}."); break;
            }
        }

        return account;
    }

    private Transfer ParseTransfer(string[] words)
    {
        Transfer transfer = new() { Ledger = 1, Code = 1 };
        foreach ((string key, string value) in words.Select(Pair))
        {
            switch (key)
            {
                case "book": _book = (ulong)Number(value); break;
                case "id": transfer.Id = Number(value, UInt128.MaxValue); break;
                case "debit": transfer.DebitAccountId = Number(value, UInt128.MaxValue); break;
                case "credit": transfer.CreditAccountId = Number(value, UInt128.MaxValue); break;
                case "amount": transfer.Amount = Number(value, UInt128.MaxValue); break;
                case "pending_id": transfer.PendingId = Number(value, UInt128.MaxValue); break;
                case "user_data_128": transfer.UserData128 = Number(value, UInt128.MaxValue); break;
                case "user_data_64": transfer.UserData64 = (ulong)Number(value, ulong.MaxValue); break;
                case "user_data_32": transfer.UserData32 = (uint)Number(value, uint.MaxValue); break;
                case "timeout": transfer.Timeout = (uint)Number(value, uint.MaxValue); break;
                case "ledger": transfer.Ledger = (uint)Number(value); break;
                case "code": transfer.Code = (ushort)Number(value); break;
                case "flags": transfer.Flags = ParseTransferFlags(value); break;
                case "timestamp": transfer.Timestamp = (ulong)Number(value, ulong.MaxValue); break;
                default: Assert.Fail($"A transfer has no {key}."); break;
            }
        }

        return transfer;
    }

    private static Account ParseSetup(string[] words)
    {
        Account account = default;
        foreach ((string key, string value) in words.Select(Pair))
        {
            switch (key)
            {
                case "id": account.Id = Number(value); break;
                case "debits_pending": account.DebitsPending = Number(value, UInt128.MaxValue); break;
                case "debits_posted": account.DebitsPosted = Number(value, UInt128.MaxValue); break;
                case "credits_pending": account.CreditsPending = Number(value, UInt128.MaxValue); break;
                case "credits_posted": account.CreditsPosted = Number(value, UInt128.MaxValue); break;
                default: Assert.Fail($"Setup has no {key}."); break;
            }
        }

        return account;
    }

    private static LedgerOptions ParseOptions(string[] words)
    {
        LedgerOptions options = new() { AllowSetup = true };
        foreach ((string key, string value) in words.Select(Pair))
        {
            switch (key)
            {
                case "accounts_max": options.AccountsMax = (int)Number(value); break;
                case "books_max": options.BooksMax = (int)Number(value); break;
                case "book_ledgers_max": options.BookLedgersMax = (int)Number(value); break;
                case "open_pendings_max": options.OpenPendingsMax = (int)Number(value); break;
                case "allow_setup": options.AllowSetup = Number(value) != 0; break;
                default: Assert.Fail($"No option {key}."); break;
            }
        }

        return options;
    }

    private static AccountFlags ParseAccountFlags(string names)
    {
        AccountFlags flags = 0;
        foreach (string name in names.Split('|'))
        {
            bool isName = LedgerNames.TryParse(name, out AccountFlags flag);
            flags |= isName ? flag : (AccountFlags)ushort.Parse(name[2..], NumberStyles.HexNumber);
        }

        return flags;
    }

    private static TransferFlags ParseTransferFlags(string names)
    {
        TransferFlags flags = 0;
        foreach (string name in names.Split('|'))
        {
            bool isName = LedgerNames.TryParse(name, out TransferFlags flag);
            flags |= isName ? flag : (TransferFlags)ushort.Parse(name[2..], NumberStyles.HexNumber);
        }

        return flags;
    }

    private static (string Key, string Value) Pair(string word)
    {
        int equals = word.IndexOf('=');
        return (word[..equals], word[(equals + 1)..]);
    }

    private static UInt128 Number(string text) => Number(text, 0);

    private static UInt128 Number(string text, UInt128 max)
    {
        if (!text.StartsWith("max", StringComparison.Ordinal))
        {
            return UInt128.Parse(text);
        }

        Assert.NotEqual(UInt128.Zero, max);
        return text == "max" ? max : max - UInt128.Parse(text["max-".Length..]);
    }

    private static ulong ParseSpan(string text) =>
        text.EndsWith("ns", StringComparison.Ordinal)
            ? ulong.Parse(text[..^2])
            : ulong.Parse(text[..^1]) * 1_000_000_000;
}
