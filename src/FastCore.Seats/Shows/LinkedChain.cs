namespace FastCore.Seats.Shows;

/// <summary>What can be linked to the next one of its request.</summary>
/// <typeparam name="TRequest">An element of the request.</typeparam>
internal interface ILinkable<TRequest>
    where TRequest : unmanaged
{
    /// <summary>Whether it is made together with the next one.</summary>
    static abstract bool IsLinked(in TRequest request);
}

/// <summary>Elements of a request that are linked to each other.</summary>
internal static class LinkedChain
{
    /// <summary>How many elements the chain that begins with the first one has.</summary>
    /// <param name="requests">The chain, and what follows it.</param>
    /// <param name="isOpen">Whether its last one is linked to nothing.</param>
    public static int LengthOf<TRequest, TLinkable>(ReadOnlySpan<TRequest> requests, out bool isOpen)
        where TRequest : unmanaged
        where TLinkable : ILinkable<TRequest>
    {
        int count = 1;
        while (count < requests.Length && TLinkable.IsLinked(requests[count - 1]))
        {
            count++;
        }

        isOpen = TLinkable.IsLinked(requests[count - 1]);
        return count;
    }
}
