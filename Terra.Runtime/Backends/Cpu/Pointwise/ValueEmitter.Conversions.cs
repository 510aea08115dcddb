using System.Reflection.Emit;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Terra.Runtime.Compiler;
using Terra.Runtime.Core;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>Conversions between lanes and dtypes.</summary>
internal sealed partial class ValueEmitter
{
    private void Cast(IrNode node)
    {
        IrNode source = node.Sources[0];
        DType from = source.DType, to = node.DType;
        if (to == DType.Bool)
        {
            int size = LaneModel.LaneSize(from);
            Push(source);
            NotZeroMask(LaneModel.LaneType(from), lanes.Api(size));
            KeepMask(node, size);
            return;
        }

        if (from == DType.Bool)
        {
            FromMask(source, to);
        }
        else
        {
            Push(source);
            Convert(from, to);
        }

        Keep(node);
    }

    private void FromMask(IrNode source, DType to)
    {
        int size = LaneModel.LaneSize(to);
        PushMask(source, size);
        Type lane = LaneModel.LaneType(to), integer = size == 8 ? typeof(long) : typeof(int);
        if (!to.IsFloatingPoint())
        {
            PushInt(1, size);
            Call("BitwiseAnd", lane, size, 2);
            return;
        }

        VectorApi api = lanes.Api(size);
        il.Emit(OpCodes.Call, api.As(integer, lane));
        if (to == DType.Float32)
        {
            il.Emit(OpCodes.Ldc_R4, 1f);
        }
        else
        {
            il.Emit(OpCodes.Ldc_R8, 1.0);
        }

        il.Emit(OpCodes.Call, api.Method("Create", lane, lane));
        Call("BitwiseAnd", lane, size, 2);
    }

    private void Convert(DType from, DType to)
    {
        switch (from, to)
        {
            case (DType.Float32, DType.Float64):
                WidenLower(typeof(float), lanes.Api(4), lanes.Api(8));
                break;
            case (DType.Float64, DType.Float32):
                NarrowToHalf(typeof(double));
                break;
            case (DType.Float32, DType.Int64):
                WidenLower(typeof(float), lanes.Api(4), lanes.Api(8));
                ConvertLanes("ConvertToInt64", typeof(double), 8);
                break;
            case (DType.Float64, DType.Int64):
                ConvertLanes("ConvertToInt64", typeof(double), 8);
                break;
            case (DType.Float32, _):
                ConvertLanes("ConvertToInt32", typeof(float), 4);
                Wrap(to);
                break;
            case (DType.Float64, _):
                SaturateToInt32();
                ConvertLanes("ConvertToInt64", typeof(double), 8);
                NarrowToHalf(typeof(long));
                Wrap(to);
                break;
            case (DType.Int64, DType.Float64):
                ConvertLanes("ConvertToDouble", typeof(long), 8);
                break;
            case (DType.Int64, DType.Float32):
                Int64ToSingle();
                break;
            case (DType.Int64, _):
                NarrowToHalf(typeof(long));
                Wrap(to);
                break;
            case (_, DType.Int64):
                WidenToWide();
                break;
            case (_, DType.Float64):
                WidenToWide();
                ConvertLanes("ConvertToDouble", typeof(long), 8);
                break;
            case (_, DType.Float32):
                ConvertLanes("ConvertToSingle", typeof(int), 4);
                break;
            default:
                Wrap(to);
                break;
        }
    }

    /// <summary>Rounds once: by the instruction where there is one, else through float64.</summary>
    private void Int64ToSingle()
    {
        if (lanes.Api(8).Bits == 512 && Avx512DQ.IsSupported)
        {
            il.Emit(OpCodes.Call, typeof(Avx512DQ).GetMethod(nameof(Avx512DQ.ConvertToVector256Single), [typeof(Vector512<long>)])!);
            return;
        }

        RoundToOdd();
        ConvertLanes("ConvertToDouble", typeof(long), 8);
        NarrowToHalf(typeof(double));
    }

    /// <summary>
    /// The int64 lanes on the stack as ones that float64 holds exactly and that round to the same float32: of large ones, the lowest eleven bits become
    /// one in the place above, which is set if any of them is.
    /// </summary>
    private void RoundToOdd()
    {
        const int LowBits = (1 << 11) - 1;
        VectorApi api = lanes.Api(8);
        Type lane = typeof(long);
        LocalBuilder value = il.DeclareLocal(api.Of(lane));
        il.Emit(OpCodes.Stloc, value);
        il.Emit(OpCodes.Ldloc, value);
        il.Emit(OpCodes.Ldloc, value);
        il.Emit(OpCodes.Ldc_I4, 63);
        il.Emit(OpCodes.Call, api.Method("ShiftRightArithmetic", lane, api.Of(lane), typeof(int)));
        Call("Xor", lane, 8, 2);
        il.Emit(OpCodes.Ldc_I8, (1L << 53) - 1);
        il.Emit(OpCodes.Call, api.Method("Create", lane, lane));
        Call("GreaterThan", lane, 8, 2);
        il.Emit(OpCodes.Ldloc, value);
        il.Emit(OpCodes.Ldloc, value);
        PushInt(LowBits, 8);
        Call("BitwiseAnd", lane, 8, 2);
        PushInt(LowBits, 8);
        Call("Add", lane, 8, 2);
        Call("BitwiseOr", lane, 8, 2);
        PushInt(~LowBits, 8);
        Call("BitwiseAnd", lane, 8, 2);
        il.Emit(OpCodes.Ldloc, value);
        Call("ConditionalSelect", lane, 8, 3);
    }

    private void Bitcast(IrNode node)
    {
        Type from = LaneModel.LaneType(node.Sources[0].DType), to = LaneModel.LaneType(node.DType);
        Push(node.Sources[0]);
        if (from != to)
        {
            il.Emit(OpCodes.Call, lanes.Api(LaneModel.LaneSize(node.DType)).As(from, to));
        }

        Wrap(node.DType);
        Keep(node);
    }

    /// <summary>Lanes of 4 bytes hold a small integer again after an operation on 32 bits.</summary>
    private void Wrap(DType dtype)
    {
        switch (dtype)
        {
            case DType.UInt8:
                PushInt(0xFF, 4);
                Call("BitwiseAnd", typeof(int), 4, 2);
                break;
            case DType.Int8:
                SignExtend(24);
                break;
            case DType.Int16:
                SignExtend(16);
                break;
        }
    }

    private void SignExtend(int shift)
    {
        VectorApi api = lanes.Api(4);
        il.Emit(OpCodes.Ldc_I4, shift);
        il.Emit(OpCodes.Call, api.Method("ShiftLeft", typeof(int), api.Of(typeof(int)), typeof(int)));
        il.Emit(OpCodes.Ldc_I4, shift);
        il.Emit(OpCodes.Call, api.Method("ShiftRightArithmetic", typeof(int), api.Of(typeof(int)), typeof(int)));
    }

    private void SaturateToInt32()
    {
        VectorApi api = lanes.Api(8);
        il.Emit(OpCodes.Ldc_R8, (double)int.MinValue);
        il.Emit(OpCodes.Call, api.Method("Create", typeof(double), typeof(double)));
        Call("Max", typeof(double), 8, 2);
        il.Emit(OpCodes.Ldc_R8, (double)int.MaxValue);
        il.Emit(OpCodes.Call, api.Method("Create", typeof(double), typeof(double)));
        Call("Min", typeof(double), 8, 2);
    }

    private void ConvertLanes(string name, Type lane, int size) =>
        il.Emit(OpCodes.Call, lanes.Api(size).Method(name, lane, lanes.Api(size).Of(lane)));

    /// <summary>The lanes on the stack compared with zero: a mask of their size, held as integers.</summary>
    private void NotZeroMask(Type lane, VectorApi api)
    {
        Type integer = lane == typeof(byte) ? lane : lane == typeof(double) || lane == typeof(long) ? typeof(long) : typeof(int);
        il.Emit(OpCodes.Call, api.Of(lane).GetProperty("Zero")!.GetMethod!);
        il.Emit(OpCodes.Call, api.Method("Equals", lane, api.Of(lane), api.Of(lane)));
        if (lane != integer)
        {
            il.Emit(OpCodes.Call, api.As(lane, integer));
        }

        il.Emit(OpCodes.Call, api.Method("OnesComplement", integer, api.Of(integer)));
    }

    /// <summary>4-byte integer lanes become 8-byte ones.</summary>
    private void WidenToWide() => WidenLower(typeof(int), lanes.Api(4), lanes.Api(8));

    private void WidenLower(Type element, VectorApi from, VectorApi to)
    {
        if (from.Bits < to.Bits)
        {
            il.Emit(OpCodes.Call, from.Method($"ToVector{to.Bits}Unsafe", element, from.Of(element)));
        }

        il.Emit(OpCodes.Call, to.Method("WidenLower", element, to.Of(element)));
    }

    /// <summary>8-byte lanes become 4-byte ones.</summary>
    private void NarrowToHalf(Type wide) => Narrow(lanes.Api(8), lanes.Api(4), wide);

    private void Narrow(VectorApi from, VectorApi to, Type wide)
    {
        LocalBuilder value = il.DeclareLocal(from.Of(wide));
        il.Emit(OpCodes.Stloc, value);
        il.Emit(OpCodes.Ldloc, value);
        if (from.Bits == to.Bits)
        {
            il.Emit(OpCodes.Ldloc, value);
        }
        else
        {
            il.Emit(OpCodes.Call, from.Method("GetLower", wide, from.Of(wide)));
            il.Emit(OpCodes.Ldloc, value);
            il.Emit(OpCodes.Call, from.Method("GetUpper", wide, from.Of(wide)));
        }

        il.Emit(OpCodes.Call, to.Method("Narrow", wide, to.Of(wide), to.Of(wide)));
    }

    /// <summary>The small integers on the stack, <paramref name="bytes"/> bytes of them, become 4-byte lanes.</summary>
    private void Widen(Type element, int bytes)
    {
        if (lanes.Api(4).Bits == 512 && Avx512F.IsSupported)
        {
            Type source = VectorApi.OfBits(bytes * 8).Of(element);
            il.Emit(OpCodes.Call, typeof(Avx512F).GetMethod(nameof(Avx512F.ConvertToVector512Int32), [source])!);
            return;
        }

        while (element != typeof(int))
        {
            VectorApi from = VectorApi.OfBits(Math.Max(128, bytes * 8));
            bytes *= 2;
            VectorApi to = VectorApi.OfBits(Math.Max(128, bytes * 8));
            WidenLower(element, from, to);
            Type wider = element == typeof(byte) ? typeof(ushort) : element == typeof(sbyte) ? typeof(short) : typeof(int);
            if (element == typeof(ushort))
            {
                il.Emit(OpCodes.Call, to.As(typeof(uint), typeof(int)));
            }

            element = wider;
        }
    }

    /// <summary>The 4-byte lanes on the stack become integers of <paramref name="size"/> bytes, cutting off what is above.</summary>
    private void NarrowTo(int size)
    {
        if (lanes.Api(4).Bits == 512 && Avx512F.IsSupported)
        {
            string name = size == 2 ? nameof(Avx512F.ConvertToVector256Int16) : nameof(Avx512F.ConvertToVector128SByte);
            il.Emit(OpCodes.Call, typeof(Avx512F).GetMethod(name, [typeof(Vector512<int>)])!);
            return;
        }

        int bytes = lanes.Lanes * 4;
        Type element = typeof(int);
        while (bytes > lanes.Lanes * size)
        {
            VectorApi from = VectorApi.OfBits(Math.Max(128, bytes * 8));
            bytes /= 2;
            VectorApi to = VectorApi.OfBits(Math.Max(128, bytes * 8));
            Narrow(from, to, element);
            element = element == typeof(int) ? typeof(short) : typeof(sbyte);
        }
    }
}
