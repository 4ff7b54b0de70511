namespace FastCore.Fraud.Policies;

/// <summary>
/// The policy that comes along: a model trained on generated transactions, to see scoring at work before an own model
/// is trained. For real transactions it is a beginning at best; what it is worth says its card,
/// <c>src/FastCore.Fraud/Policies/Shipped/README.md</c>.
/// </summary>
public static class ShippedPolicy
{
    private const string Prefix = "shipped-policy/";

    /// <summary>The policy file.</summary>
    public static byte[] Document() => File("policy.json")
        ?? throw new InvalidOperationException("The shipped policy is not part of this build.");

    /// <summary>A file that the policy names; null when it names no such file.</summary>
    /// <param name="name">Its name, as the policy has it.</param>
    public static byte[]? File(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        using Stream? stream = typeof(ShippedPolicy).Assembly.GetManifestResourceStream(Prefix + name);
        if (stream is null)
        {
            return null;
        }

        byte[] content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
