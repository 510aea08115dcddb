using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// c[i, v] = bias[i] + the sum over p, in order, of a[p, i] * b[offsets[p] + v], each product by one fused multiply-add: a tile of rows i and of vectors v of
/// pixels, held in registers. Where <paramref name="bias"/> is null the sum goes on from what c holds. The rows' elements of one depth lie side by side in a, and depths
/// follow each other; strides and offsets are in bytes.
/// </summary>
internal unsafe delegate void PixelKernel(byte* a, byte* b, nint* offsets, nint depth, byte* c, nint cRow, byte* bias);

/// <summary>
/// The register-blocked kernels of convolutions whose vectors run over pixels, emitted at run time for the vector width of the hardware, one for each tile shape in use.
/// Images are read where they lie, by a table of offsets that says where each term's pixels are, and results are written as images are stored.
/// </summary>
/// <remarks>
/// Images are far apart in memory from channel to channel, which no hardware foresees. So a kernel asks for the lines of its result before it begins to sum, and may ask with each
/// line it reads for the one after it, which is the next tile's.
/// </remarks>
internal static class PixelKernels<T>
    where T : unmanaged
{
    private const int TallestTile = 14;

    private static readonly Lock s_lock = new();
    private static readonly PixelKernel?[] s_kernels = new PixelKernel?[(TallestTile + 1) * (WidestTile + 1) * 2];

    /// <summary>Elements in one vector.</summary>
    public static int Lanes { get; } = VectorApi.Best.Bits / 8 / SizeOf;

    /// <summary>Vectors across the widest tile, which reads the least of both operands where both are near.</summary>
    public static int WidestTile => Registers == 32 ? 4 : 2;

    private static int Registers => Vector512.IsHardwareAccelerated || !X86Base.IsSupported ? 32 : 16;

    private static unsafe int SizeOf => sizeof(T);

    /// <summary>Rows of the largest tile so many vectors across: its sums, a vector of each column and one of the rows' elements are in registers.</summary>
    public static int MaxRows(int vectors) => Math.Min((Registers - vectors - 1) / vectors, TallestTile);

    /// <summary>The kernel for a tile; <paramref name="ahead"/>: it asks for the pixels of the next tile.</summary>
    public static PixelKernel Get(int rows, int vectors, bool ahead)
    {
        ref PixelKernel? kernel = ref s_kernels[((rows * (WidestTile + 1)) + vectors) * 2 + (ahead ? 1 : 0)];
        return Volatile.Read(ref kernel) ?? Add(ref kernel, rows, vectors, ahead);
    }

    private static PixelKernel Add(ref PixelKernel? kernel, int rows, int vectors, bool ahead)
    {
        lock (s_lock)
        {
            if (kernel is null)
            {
                Volatile.Write(ref kernel, Emit(rows, vectors, ahead));
            }

            return kernel!;
        }
    }

    private static unsafe PixelKernel Emit(int rows, int vectors, bool ahead)
    {
        var method = new DynamicMethod(
            $"pixels_{typeof(T).Name}_{rows}x{vectors * Lanes}{(ahead ? "_ahead" : "")}",
            typeof(void),
            [typeof(byte*), typeof(byte*), typeof(nint*), typeof(nint), typeof(byte*), typeof(nint), typeof(byte*)],
            typeof(PixelKernels<T>).Module,
            skipVisibility: true);
        new Emitter(method.GetILGenerator(), rows, vectors, ahead && Sse.IsSupported).Emit();
        return method.CreateDelegate<PixelKernel>();
    }

    /// <summary>Writes one kernel's body.</summary>
    private sealed class Emitter(ILGenerator il, int rows, int vectors, bool ahead)
    {
        private const int A = 0, B = 1, Offsets = 2, Depth = 3, C = 4, CRow = 5, Bias = 6;

        private static readonly Type s_vector = VectorApi.Best.Of(typeof(T));
        private static readonly MethodInfo s_broadcast = VectorApi.Best.Method("Create", typeof(T), typeof(T));
        private static readonly MethodInfo s_fma = VectorApi.Best.Method("FusedMultiplyAdd", typeof(T), 3);
        private static readonly MethodInfo s_load = VectorApi.Best.Method("Load", typeof(T), typeof(T).MakePointerType());
        private static readonly MethodInfo s_store = VectorApi.Best.Method("Store", typeof(T), s_vector, typeof(T).MakePointerType());
        private static readonly MethodInfo s_near = typeof(Sse).GetMethod(nameof(Sse.Prefetch0))!;
        private static readonly MethodInfo s_far = typeof(Sse).GetMethod(nameof(Sse.Prefetch1))!;

        private readonly LocalBuilder[] _sums = Locals(il, rows * vectors);
        private readonly LocalBuilder[] _b = Locals(il, vectors);
        private readonly LocalBuilder _element = il.DeclareLocal(s_vector);
        private readonly LocalBuilder _at = il.DeclareLocal(typeof(byte*));

        public void Emit()
        {
            Begin();
            Label body = il.DefineLabel(), test = il.DefineLabel();
            il.Emit(OpCodes.Br, test);
            il.MarkLabel(body);
            OneDepth();
            il.MarkLabel(test);
            il.Emit(OpCodes.Ldarg, Depth);
            il.Emit(OpCodes.Ldc_I4_0);
            il.Emit(OpCodes.Conv_I);
            il.Emit(OpCodes.Bgt, body);
            EachVector((row, v) =>
            {
                il.Emit(OpCodes.Ldloc, _sums[row * vectors + v]);
                Address(v);
                il.Emit(OpCodes.Call, s_store);
            });
            il.Emit(OpCodes.Ret);
        }

        private static LocalBuilder[] Locals(ILGenerator il, int count) =>
            Enumerable.Range(0, count).Select(_ => il.DeclareLocal(s_vector)).ToArray();

        /// <summary>Sums begin with the biases, or with what the result holds.</summary>
        private void Begin()
        {
            Label goOn = il.DefineLabel(), begun = il.DefineLabel();
            il.Emit(OpCodes.Ldarg, Bias);
            il.Emit(OpCodes.Brfalse, goOn);
            for (int row = 0; row < rows; row++)
            {
                Element(Bias, row);
                for (int v = 0; v < vectors; v++)
                {
                    il.Emit(OpCodes.Ldloc, _element);
                    il.Emit(OpCodes.Stloc, _sums[row * vectors + v]);
                }
            }

            if (Sse.IsSupported)
            {
                EachVector((_, v) =>
                {
                    Address(v);
                    il.Emit(OpCodes.Call, s_near);
                });
            }

            il.Emit(OpCodes.Br, begun);
            il.MarkLabel(goOn);
            EachVector((row, v) =>
            {
                Address(v);
                il.Emit(OpCodes.Call, s_load);
                il.Emit(OpCodes.Stloc, _sums[row * vectors + v]);
            });
            il.MarkLabel(begun);
        }

        private void OneDepth()
        {
            il.Emit(OpCodes.Ldarg, B);
            il.Emit(OpCodes.Ldarg, Offsets);
            il.Emit(OpCodes.Ldind_I);
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Stloc, _at);
            for (int v = 0; v < vectors; v++)
            {
                Address(v);
                il.Emit(OpCodes.Call, s_load);
                il.Emit(OpCodes.Stloc, _b[v]);
            }

            for (int v = 0; ahead && v < vectors; v++)
            {
                Address(vectors + v);
                il.Emit(OpCodes.Call, s_far);
            }

            for (int row = 0; row < rows; row++)
            {
                Element(A, row);
                for (int v = 0; v < vectors; v++)
                {
                    LocalBuilder sum = _sums[row * vectors + v];
                    il.Emit(OpCodes.Ldloc, _element);
                    il.Emit(OpCodes.Ldloc, _b[v]);
                    il.Emit(OpCodes.Ldloc, sum);
                    il.Emit(OpCodes.Call, s_fma);
                    il.Emit(OpCodes.Stloc, sum);
                }
            }

            Increment(A, rows * SizeOf);
            Increment(Offsets, sizeof(long));
            Increment(Depth, -1);
        }

        /// <summary>Broadcasts a row's number from an array of them.</summary>
        private void Element(int array, int row)
        {
            il.Emit(OpCodes.Ldarg, array);
            Add(row * SizeOf);
            il.Emit(typeof(T) == typeof(float) ? OpCodes.Ldind_R4 : OpCodes.Ldind_R8);
            il.Emit(OpCodes.Call, s_broadcast);
            il.Emit(OpCodes.Stloc, _element);
        }

        /// <summary>Emits the body for each accumulator, with <see cref="_at"/> at its row of the result.</summary>
        private void EachVector(Action<int, int> body)
        {
            il.Emit(OpCodes.Ldarg, C);
            il.Emit(OpCodes.Stloc, _at);
            for (int row = 0; row < rows; row++)
            {
                for (int v = 0; v < vectors; v++)
                {
                    body(row, v);
                }

                il.Emit(OpCodes.Ldloc, _at);
                il.Emit(OpCodes.Ldarg, CRow);
                il.Emit(OpCodes.Add);
                il.Emit(OpCodes.Stloc, _at);
            }
        }

        private void Address(int vector)
        {
            il.Emit(OpCodes.Ldloc, _at);
            Add(vector * Lanes * SizeOf);
        }

        private void Increment(int argument, int by)
        {
            il.Emit(OpCodes.Ldarg, argument);
            Add(by);
            il.Emit(OpCodes.Starg, argument);
        }

        private void Add(int bytes)
        {
            if (bytes != 0)
            {
                il.Emit(OpCodes.Ldc_I4, bytes);
                il.Emit(OpCodes.Conv_I);
                il.Emit(OpCodes.Add);
            }
        }
    }
}
