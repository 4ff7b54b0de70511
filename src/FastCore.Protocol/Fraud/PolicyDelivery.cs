using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace FastCore.Protocol.Fraud;

/// <summary>What became of a policy that was to be put in force.</summary>
/// <param name="Status">Outcome of the request that failed, or of the last one.</param>
/// <param name="Answer">The outcome; without a code when a request failed or a file was not taken.</param>
/// <param name="Upload">The answer to the last part of a file; its code tells why one was not taken.</param>
/// <param name="Mistakes">What is wrong with the policy, in words.</param>
public sealed record PolicyOutcome(
    FrameStatus Status, PolicyAnswer Answer, PolicyUploadResult Upload, IReadOnlyList<string> Mistakes)
{
    /// <summary>The policy is in force.</summary>
    public bool IsInForce => (Status, Answer.Code) == (FrameStatus.Ok, FraudStatus.Ok);
}

/// <summary>
/// Brings a policy with all that it names to a node over any session, and puts it in force. Files that the node has are
/// not sent; after a broken connection it goes on where it was.
/// </summary>
public static class PolicyDelivery
{
    private const int PartBytesMax = 4_095 * PolicyUpload.Size;

    /// <summary>Puts a policy in force that the node's store has.</summary>
    /// <param name="session">A session that is allowed every book.</param>
    /// <param name="hash">SHA-256 of the policy.</param>
    /// <param name="options">Deadline and priority class of each request.</param>
    public static Task<PolicyOutcome> ActivateAsync(
        IFastCoreSession session, ReadOnlyMemory<byte> hash, SendOptions options = default) =>
        ActivateAsync(session, [FileOf("", hash.Span)], options);

    /// <summary>Sends a policy and its files, and puts it in force.</summary>
    /// <param name="session">A session that is allowed every book.</param>
    /// <param name="document">The policy file.</param>
    /// <param name="files">
    /// The files that it names, by the names it gives them; of at most
    /// <see cref="FraudLimits.PolicyFileNameBytesMax"/> bytes each.
    /// </param>
    /// <param name="options">Deadline and priority class of each request.</param>
    /// <exception cref="ArgumentException">A name or a file is too long, or there are too many.</exception>
    public static async Task<PolicyOutcome> ActivateAsync(
        IFastCoreSession session,
        ReadOnlyMemory<byte> document,
        IReadOnlyDictionary<string, byte[]> files,
        SendOptions options = default)
    {
        List<PolicyFile> named = [];
        foreach ((string name, ReadOnlyMemory<byte> content) in
            files.Select(file => (file.Key, (ReadOnlyMemory<byte>)file.Value)).Prepend(("", document)))
        {
            (FrameStatus status, PolicyUploadResult result) =
                await SendAsync(session, content, options).ConfigureAwait(false);
            if ((status, result.Code) != (FrameStatus.Ok, FraudStatus.Ok))
            {
                return new PolicyOutcome(status, default, result, []);
            }

            named.Add(FileOf(name, SHA256.HashData(content.Span)));
        }

        return await ActivateAsync(session, [.. named], options).ConfigureAwait(false);
    }

    /// <summary>Sends a file of a policy in parts.</summary>
    /// <param name="session">A session that is allowed every book.</param>
    /// <param name="content">1 to <see cref="FraudLimits.UploadBytesMax"/> bytes.</param>
    /// <param name="options">Deadline and priority class of each request.</param>
    /// <returns>Outcome of the last request, and what it was answered.</returns>
    public static async Task<(FrameStatus Status, PolicyUploadResult Result)> SendAsync(
        IFastCoreSession session, ReadOnlyMemory<byte> content, SendOptions options = default)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(content.Length, FraudLimits.UploadBytesMax, nameof(content));
        ArgumentOutOfRangeException.ThrowIfZero(content.Length, nameof(content));
        byte[] hash = SHA256.HashData(content.Span);
        PolicyUploadResult[] result = new PolicyUploadResult[1];

        // The first part asks only how much is there.
        int offset = 0;
        int length = 0;
        while (true)
        {
            Reply reply = await session.UploadPolicyFileAsync(
                PartOf(hash, content, offset, length), result, options).ConfigureAwait(false);
            if (reply.Status != FrameStatus.Ok || result[0].Code != FraudStatus.Ok
                || result[0].Received >= (ulong)content.Length)
            {
                return (reply.Status, result[0]);
            }

            offset = (int)result[0].Received;
            length = Math.Min(PartBytesMax, content.Length - offset);
        }
    }

    private static PolicyUpload[] PartOf(byte[] hash, ReadOnlyMemory<byte> content, int offset, int length)
    {
        PolicyUpload[] part = new PolicyUpload[1 + ((length + PolicyUpload.Size - 1) / PolicyUpload.Size)];
        part[0] = new PolicyUpload
        {
            FileBytes = (ulong)content.Length,
            Offset = (ulong)offset,
            PartBytes = (ulong)length,
        };
        hash.CopyTo(part[0].Hash);
        content.Span.Slice(offset, length).CopyTo(MemoryMarshal.AsBytes(part.AsSpan(1)));
        return part;
    }

    private static PolicyFile FileOf(string name, ReadOnlySpan<byte> hash)
    {
        PolicyFile file = default;
        if (Encoding.UTF8.GetByteCount(name) > FraudLimits.PolicyFileNameBytesMax)
        {
            throw new ArgumentException(
                $"The name '{name}' has more than {FraudLimits.PolicyFileNameBytesMax} bytes.", nameof(name));
        }

        hash.CopyTo(file.Hash);
        _ = Encoding.UTF8.GetBytes(name, file.Name);
        return file;
    }

    private static async Task<PolicyOutcome> ActivateAsync(
        IFastCoreSession session, PolicyFile[] files, SendOptions options)
    {
        PolicyAnswer[] answers = new PolicyAnswer[FraudLimits.PolicyAnswersMax];
        Reply reply = await session.ActivatePolicyAsync(files, answers, options).ConfigureAwait(false);
        int count = reply.Status == FrameStatus.Ok ? reply.CountOf<PolicyAnswer>() : 0;
        return new PolicyOutcome(reply.Status, count > 0 ? answers[0] : default, default, MistakesOf(answers[..count]));
    }

    private static IReadOnlyList<string> MistakesOf(PolicyAnswer[] answers) =>
    [
        .. answers.Where(answer => answer.Mistake != 0).GroupBy(answer => answer.Mistake)
            .Select(mistake => string.Concat(mistake.Select(part => FieldText.Of(part.Text)))),
    ];
}
