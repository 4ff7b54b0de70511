using System.Text;
using FastCore.Engine.Ports;
using FastCore.Fraud.Policies;
using FastCore.Protocol.Fraud;

namespace FastCore.Node.Fraud;

/// <summary>Makes a policy of the files that a client names: stored ones, and those that clients sent.</summary>
/// <param name="store">Where policies and their files are kept.</param>
/// <param name="uploads">Files that clients sent.</param>
internal sealed class PolicyAssembly(PolicyStore store, PolicyUploads uploads)
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The policy that the files are, proved and stored.</summary>
    /// <param name="files">The policy, and the files it names unless the store has it.</param>
    /// <param name="policy">Null when it was refused.</param>
    /// <param name="mistakes">What is wrong with it, a sentence each.</param>
    /// <returns>Ok, or why there is none.</returns>
    public FraudStatus TryGet(
        ReadOnlySpan<PolicyFile> files, out FraudPolicy? policy, out IReadOnlyList<string> mistakes)
    {
        policy = null;
        mistakes = [];
        Dictionary<string, PolicyHash> named = [];
        for (int i = 0; i < files.Length; i++)
        {
            if (!TryName(files[i].Name, out string name) || (name.Length == 0) != (i == 0)
                || !named.TryAdd(name, files[i].Hash))
            {
                return FraudStatus.PolicyFilesOutOfRange;
            }
        }

        try
        {
            // Operators' policy files are not stored, only what they mean: one that is stored is a policy.
            if (files.Length == 1 && uploads.IsStored(files[0].Hash))
            {
                policy = store.Load(files[0].Hash);
                return FraudStatus.Ok;
            }

            if (uploads.Find(files[0].Hash) is not byte[] document)
            {
                return FraudStatus.PolicyNotFound;
            }

            policy = store.Import(
                document, name => named.TryGetValue(name, out PolicyHash hash) ? uploads.Find(hash) : null);
            return FraudStatus.Ok;
        }
        catch (PolicyRefusedException refused)
        {
            mistakes = [.. refused.Mistakes.Select(mistake => mistake.ToString())];
            return FraudStatus.PolicyRefused;
        }
        catch (CorruptStorageException damaged)
        {
            mistakes = [damaged.Message];
            return FraudStatus.PolicyDamaged;
        }
    }

    private static bool TryName(in PolicyFileName field, out string name)
    {
        PolicyFileName copy = field;
        ReadOnlySpan<byte> bytes = ((ReadOnlySpan<byte>)copy).TrimEnd((byte)0);
        name = "";
        try
        {
            name = Strict.GetString(bytes);
            return !bytes.Contains((byte)0);
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
