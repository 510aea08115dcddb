using System.Collections.Concurrent;
using System.Reflection.Emit;
using Terra.Runtime.Core;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>Code that takes rows into column accumulators: accumulators[j] = op(accumulators[j], data[row][j]), rows in order.</summary>
/// <param name="closure">Not used.</param>
/// <param name="data">First element of the first row.</param>
/// <param name="rowStride">Bytes from row to row.</param>
/// <param name="rows">Number of rows.</param>
/// <param name="accumulators">One for each column, contiguous.</param>
/// <param name="columns">Number of columns, a multiple of the lanes of the widest vectors.</param>
internal unsafe delegate void AccumulateCode(object? closure, byte* data, long rowStride, long rows, byte* accumulators, long columns);

/// <summary>
/// Emits the loop at the bottom of every reduction: for a strip of columns the accumulators stay in registers while rows go by. Columns never mix, so the
/// strip's width, and with it the vector width, has no influence on bits.
/// </summary>
internal static class AccumulateEmitter
{
    /// <summary>Columns that a strip of accumulators covers: 256 bytes.</summary>
    private const int StripBytes = 256;

    /// <summary>Of two neighbouring cache lines processors fetch both.</summary>
    private const int LinePair = 128;

    private const int RowsAhead = 16;

    private static readonly ConcurrentDictionary<(ReduceOp Op, DType DType, int Bits), AccumulateCode> s_cache = new();

    public static AccumulateCode Get(ReduceOp op, DType dtype, VectorApi api) =>
        s_cache.GetOrAdd((op, dtype, api.Bits), static (key, api) => Emit(key.Op, key.DType, api), api);

    private static unsafe AccumulateCode Emit(ReduceOp op, DType dtype, VectorApi api)
    {
        var method = new DynamicMethod(
            "TerraAccumulate", typeof(void), [typeof(object), typeof(byte*), typeof(long), typeof(long), typeof(byte*), typeof(long)],
            typeof(AccumulateEmitter).Module, skipVisibility: true);
        ILGenerator il = method.GetILGenerator();
        Type lane = LaneModel.LaneType(dtype);
        LocalBuilder column = il.DeclareLocal(typeof(long));
        int vector = api.Bits / 8, size = dtype.SizeInBytes();
        il.Emit(OpCodes.Ldc_I4_0);
        il.Emit(OpCodes.Conv_I8);
        il.Emit(OpCodes.Stloc, column);
        EmitStrips(il, api, lane, op.VectorMethod(), column, size, StripBytes / vector);
        EmitStrips(il, api, lane, op.VectorMethod(), column, size, 1);
        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<AccumulateCode>(null);
    }

    /// <summary>while (column + strip is at most columns) { take all rows into the strip; column += strip; }</summary>
    private static void EmitStrips(ILGenerator il, VectorApi api, Type lane, string combine, LocalBuilder column, int size, int vectors)
    {
        int bytes = api.Bits / 8;
        Type type = api.Of(lane);
        LocalBuilder[] sums = Enumerable.Range(0, vectors).Select(_ => il.DeclareLocal(type)).ToArray();
        LocalBuilder data = il.DeclareLocal(typeof(byte*)), target = il.DeclareLocal(typeof(byte*)), row = il.DeclareLocal(typeof(long));
        Label strip = il.DefineLabel(), done = il.DefineLabel(), body = il.DefineLabel(), test = il.DefineLabel();
        il.MarkLabel(strip);
        il.Emit(OpCodes.Ldloc, column);
        PushLong(il, vectors * bytes / size);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Ldarg, 5);
        il.Emit(OpCodes.Bgt, done);
        Advance(il, column, size, 1, data);
        Advance(il, column, size, 4, target);
        for (int i = 0; i < vectors; i++)
        {
            Load(il, target, i * bytes, type);
            il.Emit(OpCodes.Stloc, sums[i]);
        }

        il.Emit(OpCodes.Ldarg_3);
        il.Emit(OpCodes.Stloc, row);
        il.Emit(OpCodes.Br, test);
        il.MarkLabel(body);
        Prefetch(il, data, vectors * bytes);
        for (int i = 0; i < vectors; i++)
        {
            il.Emit(OpCodes.Ldloc, sums[i]);
            Load(il, data, i * bytes, type);
            il.Emit(OpCodes.Call, api.Method(combine, lane, 2));
            il.Emit(OpCodes.Stloc, sums[i]);
        }

        il.Emit(OpCodes.Ldloc, data);
        il.Emit(OpCodes.Ldarg_2);
        il.Emit(OpCodes.Conv_I);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Stloc, data);
        il.Emit(OpCodes.Ldloc, row);
        PushLong(il, 1);
        il.Emit(OpCodes.Sub);
        il.Emit(OpCodes.Stloc, row);
        il.MarkLabel(test);
        il.Emit(OpCodes.Ldloc, row);
        PushLong(il, 0);
        il.Emit(OpCodes.Bgt, body);
        for (int i = 0; i < vectors; i++)
        {
            Push(il, target, i * bytes);
            il.Emit(OpCodes.Ldloc, sums[i]);
            il.Emit(OpCodes.Unaligned, (byte)1);
            il.Emit(OpCodes.Stobj, type);
        }

        il.Emit(OpCodes.Ldloc, column);
        PushLong(il, vectors * bytes / size);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Stloc, column);
        il.Emit(OpCodes.Br, strip);
        il.MarkLabel(done);
    }

    /// <summary>Asks for a row to come: so the next block's first rows are on their way while this block's sums are added up.</summary>
    private static void Prefetch(ILGenerator il, LocalBuilder data, int bytes)
    {
        for (int at = 0; at < bytes; at += LinePair)
        {
            il.Emit(OpCodes.Ldloc, data);
            il.Emit(OpCodes.Ldarg_2);
            PushLong(il, RowsAhead);
            il.Emit(OpCodes.Mul);
            PushLong(il, at);
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Conv_I);
            il.Emit(OpCodes.Add);
            CacheLines.EmitPrefetch(il);
        }
    }

    private static void Advance(ILGenerator il, LocalBuilder column, int size, int argument, LocalBuilder pointer)
    {
        il.Emit(OpCodes.Ldarg, argument);
        il.Emit(OpCodes.Ldloc, column);
        PushLong(il, size);
        il.Emit(OpCodes.Mul);
        il.Emit(OpCodes.Conv_I);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Stloc, pointer);
    }

    private static void Load(ILGenerator il, LocalBuilder pointer, int offset, Type type)
    {
        Push(il, pointer, offset);
        il.Emit(OpCodes.Unaligned, (byte)1);
        il.Emit(OpCodes.Ldobj, type);
    }

    private static void Push(ILGenerator il, LocalBuilder pointer, int offset)
    {
        il.Emit(OpCodes.Ldloc, pointer);
        il.Emit(OpCodes.Ldc_I4, offset);
        il.Emit(OpCodes.Add);
    }

    private static void PushLong(ILGenerator il, int value)
    {
        il.Emit(OpCodes.Ldc_I4, value);
        il.Emit(OpCodes.Conv_I8);
    }
}
