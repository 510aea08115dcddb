using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>Hints for what the hardware does not foresee, such as jumps between the rows of a wide matrix.</summary>
internal static unsafe class CacheLines
{
    private const int Bytes = 64;

    private static readonly MethodInfo s_prefetch = typeof(Sse).GetMethod(nameof(Sse.Prefetch0), [typeof(void*)])!;

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

    /// <summary>Emits the same for the line of the address on the stack, which is gone then.</summary>
    public static void EmitPrefetch(ILGenerator il)
    {
        if (Sse.IsSupported)
        {
            il.Emit(OpCodes.Call, s_prefetch);
        }
        else
        {
            il.Emit(OpCodes.Pop);
        }
    }
}
