using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>Hints for what the hardware does not foresee, such as jumps between the rows of a wide matrix.</summary>
internal static unsafe class CacheLines
{
    private const int Bytes = 64;

    /// <summary>Asks for some bytes to be brought near. An address beyond what is there is never accessed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(void* first, long bytes)
    {
        if (Sse.IsSupported)
        {
            for (long at = 0; at < bytes; at += Bytes)
            {
                Sse.Prefetch0((byte*)first + at);
            }
        }
    }
}
