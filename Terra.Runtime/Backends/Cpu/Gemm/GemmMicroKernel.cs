using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// c[i, j] = sum over p of a[p, i] * b[p, j] for a tile of rows and columns held in registers, one fused multiply-add a product, in
/// the order of p, from zero; with <paramref name="accumulate"/> the sum is added to what c holds. So for <paramref name="panels"/> (at least one) panels of
/// columns, <paramref name="bPanel"/> apart in b and side by side in c. Strides are in bytes.
/// </summary>
internal unsafe delegate void GemmMicroKernel(
    byte* a, nint aRow, nint aDepth, byte* b, nint bDepth, nint depth, byte* c, nint cRow, int accumulate, nint panels = 1, nint bPanel = 0);

/// <summary>
/// The register-blocked inner kernels of GEMM (the GotoBLAS scheme: Goto and van de Geijn, "Anatomy of high-performance matrix
/// multiplication", TOMS 2008), emitted at run time for the vector width of the hardware, one for each tile shape in use.
/// </summary>
internal static class GemmMicroKernels<T>
    where T : unmanaged
{
    // Taller tiles would need more base addresses than there are registers for.
    private const int TallestTile = 14;

    private static readonly Lock s_lock = new();
    private static readonly GemmMicroKernel?[] s_kernels = new GemmMicroKernel?[(Registers + 1) * (WidestTile + 1) * 2];

    /// <summary>Elements in one vector.</summary>
    public static int Lanes => (Vector512.IsHardwareAccelerated ? 64 : Vector256.IsHardwareAccelerated ? 32 : 16) / SizeOf;

    /// <summary>Rows of the largest tile of <see cref="MaxVectors"/> vectors.</summary>
    public static int MaxRows => MaxRowsOf(MaxVectors);

    /// <summary>Vectors across the usual tile: 9 rows by 3 vectors fill 32 registers, 6 by 2 fill 16.</summary>
    public static int MaxVectors => Registers == 32 ? 3 : 2;

    /// <summary>Vectors across the widest tile, which is for few rows.</summary>
    public static int WidestTile => MaxVectors + 1;

    private static int Registers => Vector512.IsHardwareAccelerated || !X86Base.IsSupported ? 32 : 16;

    private static unsafe int SizeOf => sizeof(T);

    /// <summary>Rows of the largest tile so many vectors across: sums, a vector of each panel column and one of the left operand are in registers.</summary>
    public static int MaxRowsOf(int vectors) => Math.Min((Registers - vectors - 1) / vectors, TallestTile);

    /// <summary>
    /// The kernel for a tile. <paramref name="packed"/>: the rows' elements of one depth lie side by side, and depths follow each other
    /// (strides of a are not read); else a is read by its strides.
    /// </summary>
    public static GemmMicroKernel Get(int rows, int vectors, bool packed)
    {
        ref GemmMicroKernel? kernel = ref s_kernels[(rows * (WidestTile + 1) + vectors) * 2 + (packed ? 1 : 0)];
        return Volatile.Read(ref kernel) ?? Add(ref kernel, rows, vectors, packed);
    }

    private static GemmMicroKernel Add(ref GemmMicroKernel? kernel, int rows, int vectors, bool packed)
    {
        lock (s_lock)
        {
            if (kernel is null)
            {
                Volatile.Write(ref kernel, Emit(rows, vectors, packed));
            }

            return kernel!;
        }
    }

    private static unsafe GemmMicroKernel Emit(int rows, int vectors, bool packed)
    {
        // Closed over an object it does not read: a delegate to a plain static method would move all arguments first.
        var method = new DynamicMethod(
            $"gemm_{typeof(T).Name}_{rows}x{vectors * Lanes}{(packed ? "" : "_strided")}",
            typeof(void),
            [
                typeof(object), typeof(byte*), typeof(nint), typeof(nint), typeof(byte*), typeof(nint), typeof(nint), typeof(byte*), typeof(nint), typeof(int),
                typeof(nint), typeof(nint),
            ],
            typeof(GemmMicroKernels<T>).Module,
            skipVisibility: true);
        new Emitter(method.GetILGenerator(), rows, vectors, packed).Emit();
        return method.CreateDelegate<GemmMicroKernel>(s_kernels);
    }

    /// <summary>Writes one kernel's body.</summary>
    private sealed class Emitter(ILGenerator il, int rows, int vectors, bool packed)
    {
        private const int A = 1, ARow = 2, ADepth = 3, B = 4, BDepth = 5, Depth = 6, C = 7, CRow = 8, Accumulate = 9, Panels = 10, BPanel = 11;

        // Strided rows are addressed as base, base + stride, base + 2 stride: one base register for three rows.
        private const int RowsPerBase = 3;

        private const int CacheLine = 64;

        private static readonly Type s_vector = VectorApi.Best.Of(typeof(T));
        private static readonly MethodInfo s_zero = VectorApi.Best.Property("Zero", typeof(T));
        private static readonly MethodInfo s_broadcast = VectorApi.Best.Method("Create", typeof(T), typeof(T));
        private static readonly MethodInfo s_fma = VectorApi.Best.Method("FusedMultiplyAdd", typeof(T), 3);
        private static readonly MethodInfo s_load = VectorApi.Best.Method("Load", typeof(T), typeof(T).MakePointerType());
        private static readonly MethodInfo s_store = VectorApi.Best.Method("Store", typeof(T), s_vector, typeof(T).MakePointerType());
        private static readonly MethodInfo s_add = VectorApi.Best.Method("Add", typeof(T), 2);

        private static readonly MethodInfo s_prefetch = typeof(Sse).GetMethod(nameof(Sse.Prefetch0), [typeof(void*)])!;

        private static readonly MethodInfo s_prefetchFar = typeof(Sse).GetMethod(nameof(Sse.Prefetch1), [typeof(void*)])!;

        private readonly LocalBuilder[] _sums = Locals(il, rows * vectors, s_vector);
        private readonly LocalBuilder[] _b = Locals(il, vectors, s_vector);
        private readonly LocalBuilder[] _bases = Locals(il, packed ? 1 : (rows + RowsPerBase - 1) / RowsPerBase, typeof(byte*));
        private readonly LocalBuilder _bAt = il.DeclareLocal(typeof(byte*));
        private readonly LocalBuilder _left = il.DeclareLocal(typeof(nint));

        /// <summary>Bytes from a tile's packed rows to the next tile's.</summary>
        private readonly LocalBuilder _ahead = il.DeclareLocal(typeof(nint));
        private readonly LocalBuilder _a = il.DeclareLocal(s_vector);

        public void Emit()
        {
            Label panel = il.DefineLabel(), add = il.DefineLabel(), next = il.DefineLabel();
            if (packed)
            {
                il.Emit(OpCodes.Ldarg, Depth);
                il.Emit(OpCodes.Ldc_I4, rows * SizeOf);
                il.Emit(OpCodes.Conv_I);
                il.Emit(OpCodes.Mul);
                il.Emit(OpCodes.Stloc, _ahead);
            }

            il.MarkLabel(panel);
            PrefetchTile();
            Sums();
            il.Emit(OpCodes.Ldarg, Accumulate);
            il.Emit(OpCodes.Brtrue, add);
            StoreTile(accumulate: false);
            il.Emit(OpCodes.Br, next);
            il.MarkLabel(add);
            StoreTile(accumulate: true);
            il.MarkLabel(next);
            Advance(C, () => il.Emit(OpCodes.Ldc_I4, vectors * Lanes * SizeOf));
            Advance(B, () => il.Emit(OpCodes.Ldarg, BPanel));
            Advance(Panels, () => il.Emit(OpCodes.Ldc_I4_M1));
            il.Emit(OpCodes.Ldarg, Panels);
            il.Emit(OpCodes.Ldc_I4_0);
            il.Emit(OpCodes.Conv_I);
            il.Emit(OpCodes.Bgt, panel);
            il.Emit(OpCodes.Ret);
        }

        /// <summary>The sums over all depths of one panel.</summary>
        private void Sums()
        {
            foreach (LocalBuilder sum in _sums)
            {
                il.Emit(OpCodes.Call, s_zero);
                il.Emit(OpCodes.Stloc, sum);
            }

            for (int g = 0; g < _bases.Length; g++)
            {
                Address(A, ARow, g * RowsPerBase);
                il.Emit(OpCodes.Stloc, _bases[g]);
            }

            il.Emit(OpCodes.Ldarg, B);
            il.Emit(OpCodes.Stloc, _bAt);
            il.Emit(OpCodes.Ldarg, Depth);
            il.Emit(OpCodes.Stloc, _left);
            Label body = il.DefineLabel(), test = il.DefineLabel();
            il.Emit(OpCodes.Br, test);
            il.MarkLabel(body);
            OneDepth();
            il.MarkLabel(test);
            il.Emit(OpCodes.Ldloc, _left);
            il.Emit(OpCodes.Ldc_I4_0);
            il.Emit(OpCodes.Conv_I);
            il.Emit(OpCodes.Bgt, body);
        }

        private static LocalBuilder[] Locals(ILGenerator il, int count, Type type) =>
            Enumerable.Range(0, count).Select(_ => il.DeclareLocal(type)).ToArray();

        private void OneDepth()
        {
            for (int v = 0; v < vectors; v++)
            {
                il.Emit(OpCodes.Ldloc, _bAt);
                Offset(v * Lanes * SizeOf);
                il.Emit(OpCodes.Call, s_load);
                il.Emit(OpCodes.Stloc, _b[v]);
            }

            PrefetchNextRows();
            for (int r = 0; r < rows; r++)
            {
                LoadA(r);
                il.Emit(OpCodes.Call, s_broadcast);
                il.Emit(OpCodes.Stloc, _a);
                for (int v = 0; v < vectors; v++)
                {
                    il.Emit(OpCodes.Ldloc, _a);
                    il.Emit(OpCodes.Ldloc, _b[v]);
                    il.Emit(OpCodes.Ldloc, _sums[r * vectors + v]);
                    il.Emit(OpCodes.Call, s_fma);
                    il.Emit(OpCodes.Stloc, _sums[r * vectors + v]);
                }
            }

            if (packed)
            {
                Advance(_bases[0], () => il.Emit(OpCodes.Ldc_I4, rows * SizeOf));
            }
            else
            {
                foreach (LocalBuilder pointer in _bases)
                {
                    Advance(pointer, () => il.Emit(OpCodes.Ldarg, ADepth));
                }
            }

            Advance(_bAt, () => il.Emit(OpCodes.Ldarg, BDepth));
            Advance(_left, () => il.Emit(OpCodes.Ldc_I4_M1));
        }

        private void Advance(LocalBuilder local, Action by)
        {
            il.Emit(OpCodes.Ldloc, local);
            by();
            il.Emit(OpCodes.Conv_I);
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Stloc, local);
        }

        private void Advance(int argument, Action by)
        {
            il.Emit(OpCodes.Ldarg, argument);
            by();
            il.Emit(OpCodes.Conv_I);
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Starg, argument);
        }

        private void LoadA(int row)
        {
            if (packed)
            {
                il.Emit(OpCodes.Ldloc, _bases[0]);
                Offset(row * SizeOf);
            }
            else
            {
                il.Emit(OpCodes.Ldloc, _bases[row / RowsPerBase]);
                Skip(ARow, row % RowsPerBase);
            }

            il.Emit(typeof(T) == typeof(float) ? OpCodes.Ldind_R4 : OpCodes.Ldind_R8);
        }

        /// <summary>Asks for the result's cache lines, so that they have come when the sums are done.</summary>
        private void PrefetchTile()
        {
            if (!Sse.IsSupported)
            {
                return;
            }

            for (int r = 0; r < rows; r++)
            {
                for (int at = 0; at < vectors * Lanes * SizeOf; at += CacheLine)
                {
                    Address(C, CRow, r);
                    Offset(at);
                    il.Emit(OpCodes.Call, s_prefetch);
                }
            }
        }

        /// <summary>Asks for the next tile's packed rows, which lie behind this one's: they may be in memory still.</summary>
        private void PrefetchNextRows()
        {
            if (packed && Sse.IsSupported)
            {
                il.Emit(OpCodes.Ldloc, _bases[0]);
                il.Emit(OpCodes.Ldloc, _ahead);
                il.Emit(OpCodes.Add);
                il.Emit(OpCodes.Call, s_prefetchFar);
            }
        }

        private void StoreTile(bool accumulate)
        {
            for (int r = 0; r < rows; r++)
            {
                for (int v = 0; v < vectors; v++)
                {
                    if (accumulate)
                    {
                        Address(C, CRow, r);
                        Offset(v * Lanes * SizeOf);
                        il.Emit(OpCodes.Call, s_load);
                        il.Emit(OpCodes.Ldloc, _sums[r * vectors + v]);
                        il.Emit(OpCodes.Call, s_add);
                    }
                    else
                    {
                        il.Emit(OpCodes.Ldloc, _sums[r * vectors + v]);
                    }

                    Address(C, CRow, r);
                    Offset(v * Lanes * SizeOf);
                    il.Emit(OpCodes.Call, s_store);
                }
            }
        }

        private void Address(int pointer, int stride, int count)
        {
            il.Emit(OpCodes.Ldarg, pointer);
            Skip(stride, count);
        }

        /// <summary>Adds a multiple of a stride; once and twice become part of the address of a load.</summary>
        private void Skip(int stride, int count)
        {
            if (count > 0)
            {
                il.Emit(OpCodes.Ldarg, stride);
                il.Emit(OpCodes.Ldc_I4, count);
                il.Emit(OpCodes.Conv_I);
                il.Emit(OpCodes.Mul);
                il.Emit(OpCodes.Add);
            }
        }

        private void Offset(int bytes)
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
