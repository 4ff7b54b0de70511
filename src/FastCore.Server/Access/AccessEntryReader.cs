using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using FastCore.Node.Access;
using FastCore.Protocol;

namespace FastCore.Server.Access;

/// <summary>Reads one configured key; everything that is wrong with it becomes a sentence.</summary>
internal sealed class AccessEntryReader(AccessKeyOptions options, uint principal, ICollection<string> problems)
{
    // A right that goes with operations instead of being one: flags of holds and bookings.
    private const string BoxOfficeWord = "box_office";

    private readonly string _name = options.Name.Length > 0 ? options.Name : $"#{principal}";

    /// <summary>Reads the key. Worth something only when no problem was added.</summary>
    public AccessEntry Read()
    {
        StoredHash? hash = ReadHash();
        string? thumbprint = ReadThumbprint();
        string? subject = ReadSubject();
        if (options.Hash.Length == 0 && thumbprint is null && subject is null)
        {
            Add("needs a Hash, a CertificateSha256 or a CertificateSubject.");
        }

        RequireNotNegative(nameof(options.ConnectionsMax), options.ConnectionsMax);
        RequireNotNegative(nameof(options.InFlightMax), options.InFlightMax);
        RequireNotNegative(nameof(options.RequestsPerSecondMax), options.RequestsPerSecondMax);
        return new AccessEntry
        {
            Name = _name,
            Grant = Grant.Of(
                principal, ReadOperations(), ReadBooks(), options.Operations.Contains(BoxOfficeWord)),
            Signature = $"{principal} {JsonSerializer.Serialize(options)}",
            Hash = hash,
            CertificateSha256 = thumbprint,
            CertificateSubject = subject,
            ConnectionsMax = options.ConnectionsMax,
            InFlightMax = options.InFlightMax,
            RequestsPerSecondMax = options.RequestsPerSecondMax,
        };
    }

    private void Add(string sentence) => problems.Add($"Key {_name}: {sentence}");

    private void RequireNotNegative(string setting, int value)
    {
        if (value < 0)
        {
            Add($"{setting} is {value}; it must be positive, or 0 for none.");
        }
    }

    private StoredHash? ReadHash()
    {
        StoredHash? hash = options.Hash.Length == 0 ? null : StoredHash.TryParse(options.Hash);
        if (options.Hash.Length > 0 && hash is null)
        {
            // What stands there may be a key by mistake, so it is not repeated.
            Add("Hash must be what 'fastcore keys hash' prints, fc1:…, and never the key itself.");
        }

        return hash;
    }

    private string? ReadThumbprint()
    {
        string? text = options.CertificateSha256?.Replace(":", "", StringComparison.Ordinal).ToUpperInvariant();
        if (text is not null && (text.Length != 2 * SHA256.HashSizeInBytes || !text.All(char.IsAsciiHexDigit)))
        {
            Add("CertificateSha256 must be the 64 hex digits of the certificate's SHA-256.");
        }

        return text;
    }

    // Encoded and read back, as the certificate's was, so that spaces and the encoding of strings make no difference.
    private string? ReadSubject()
    {
        try
        {
            return options.CertificateSubject is null
                ? null
                : new X500DistinguishedName(new X500DistinguishedName(options.CertificateSubject).RawData).Name;
        }
        catch (CryptographicException)
        {
            Add($"CertificateSubject '{options.CertificateSubject}' is not a name such as CN=shop, O=Example.");
            return null;
        }
    }

    private HashSet<Operation>? ReadOperations()
    {
        HashSet<Operation> operations = [];
        bool all = false;
        foreach (string word in options.Operations)
        {
            if (word == "*")
            {
                all = true;
                continue;
            }

            if (word == BoxOfficeWord)
            {
                continue;
            }

            List<Operation> named =
                OperationTable.All.Where(shape => IsNamed(shape, word)).Select(s => s.Operation).ToList();
            if (named.Count == 0)
            {
                Add($"'{word}' is neither an operation nor ledger, payments, fraud, policies, seats, box_office, "
                    + "reads, writes or *.");
            }

            operations.UnionWith(named);
        }

        if (!all && operations.Count == 0)
        {
            Add("Operations names nothing, so the key could do nothing.");
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
            "fraud" => number is >= 300 and <= 399 && !IsAboutPolicies(shape.Operation),
            "policies" => IsAboutPolicies(shape.Operation),
            "seats" => number is >= 400 and <= 499,
            "writes" => shape.Kind == OperationKind.Write && !IsAboutPolicies(shape.Operation),
            "reads" => shape.Kind is OperationKind.Lookup or OperationKind.Query && !IsAboutPolicies(shape.Operation),
            _ => word == shape.Name,
        };
    }

    // Who may put a policy in force decides about everybody's payments, so no other group brings it along.
    private static bool IsAboutPolicies(Operation operation) => operation is Operation.UploadPolicyFile
        or Operation.ActivatePolicy or Operation.GetPolicies or Operation.GetFraudMetrics;

    private List<(ulong First, ulong Last)>? ReadBooks()
    {
        List<(ulong First, ulong Last)> books = [];
        bool all = false;
        foreach (string word in options.Books)
        {
            if (word == "*")
            {
                all = true;
                continue;
            }

            string[] ends = word.Split('-');
            if (ends.Length <= 2 && TryReadBook(ends[0], out ulong first) && TryReadBook(ends[^1], out ulong last)
                && first <= last)
            {
                books.Add((first, last));
            }
            else
            {
                Add($"'{word}' is neither a book, nor a range of books such as 100-199, nor *.");
            }
        }

        if (!all && books.Count == 0)
        {
            Add("Books names nothing, so the key could do nothing.");
        }

        return all ? null : books;
    }

    private static bool TryReadBook(string text, out ulong book) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out book)
            && book is >= 1 and <= Limits.BookMax;
}
