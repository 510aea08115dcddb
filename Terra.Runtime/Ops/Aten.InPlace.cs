using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <content>In-place twins: the result is written into the first argument, which is returned.</content>
public static partial class Aten
{
    /// <inheritdoc cref="add(TensorImpl, TensorImpl, ScalarValue)"/>
    [TensorOp("aten::add_.Tensor")]
    public static TensorImpl add_(TensorImpl self, TensorImpl other, ScalarValue alpha) =>
        Eager.Run(new OpInvocation(OpTable.add__Tensor).Add(self).Add(other).Add(alpha));

    /// <inheritdoc cref="add(TensorImpl, ScalarValue, ScalarValue)"/>
    [TensorOp("aten::add_.Scalar")]
    public static TensorImpl add_(TensorImpl self, ScalarValue other, ScalarValue alpha) =>
        Eager.Run(new OpInvocation(OpTable.add__Scalar).Add(self).Add(other).Add(alpha));

    /// <inheritdoc cref="sub(TensorImpl, TensorImpl, ScalarValue)"/>
    [TensorOp("aten::sub_.Tensor")]
    public static TensorImpl sub_(TensorImpl self, TensorImpl other, ScalarValue alpha) =>
        Eager.Run(new OpInvocation(OpTable.sub__Tensor).Add(self).Add(other).Add(alpha));

    /// <inheritdoc cref="sub(TensorImpl, ScalarValue, ScalarValue)"/>
    [TensorOp("aten::sub_.Scalar")]
    public static TensorImpl sub_(TensorImpl self, ScalarValue other, ScalarValue alpha) =>
        Eager.Run(new OpInvocation(OpTable.sub__Scalar).Add(self).Add(other).Add(alpha));

    /// <inheritdoc cref="mul(TensorImpl, TensorImpl)"/>
    [TensorOp("aten::mul_.Tensor")]
    public static TensorImpl mul_(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.mul__Tensor).Add(self).Add(other));

    /// <inheritdoc cref="mul(TensorImpl, ScalarValue)"/>
    [TensorOp("aten::mul_.Scalar")]
    public static TensorImpl mul_(TensorImpl self, ScalarValue other) =>
        Eager.Run(new OpInvocation(OpTable.mul__Scalar).Add(self).Add(other));

    /// <inheritdoc cref="div(TensorImpl, TensorImpl)"/>
    [TensorOp("aten::div_.Tensor")]
    public static TensorImpl div_(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.div__Tensor).Add(self).Add(other));

    /// <inheritdoc cref="div(TensorImpl, ScalarValue)"/>
    [TensorOp("aten::div_.Scalar")]
    public static TensorImpl div_(TensorImpl self, ScalarValue other) =>
        Eager.Run(new OpInvocation(OpTable.div__Scalar).Add(self).Add(other));

    /// <inheritdoc cref="div(TensorImpl, TensorImpl, string)"/>
    [TensorOp("aten::div_.Tensor_mode")]
    public static TensorImpl div_(TensorImpl self, TensorImpl other, string? rounding_mode) =>
        Eager.Run(new OpInvocation(OpTable.div__Tensor_mode).Add(self).Add(other).Add(rounding_mode));

    /// <inheritdoc cref="div(TensorImpl, ScalarValue, string)"/>
    [TensorOp("aten::div_.Scalar_mode")]
    public static TensorImpl div_(TensorImpl self, ScalarValue other, string? rounding_mode) =>
        Eager.Run(new OpInvocation(OpTable.div__Scalar_mode).Add(self).Add(other).Add(rounding_mode));

    /// <inheritdoc cref="floor_divide(TensorImpl, TensorImpl)"/>
    [TensorOp("aten::floor_divide_.Tensor")]
    public static TensorImpl floor_divide_(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.floor_divide__Tensor).Add(self).Add(other));

    /// <inheritdoc cref="floor_divide(TensorImpl, ScalarValue)"/>
    [TensorOp("aten::floor_divide_.Scalar")]
    public static TensorImpl floor_divide_(TensorImpl self, ScalarValue other) =>
        Eager.Run(new OpInvocation(OpTable.floor_divide__Scalar).Add(self).Add(other));

    /// <inheritdoc cref="remainder(TensorImpl, TensorImpl)"/>
    [TensorOp("aten::remainder_.Tensor")]
    public static TensorImpl remainder_(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.remainder__Tensor).Add(self).Add(other));

    /// <inheritdoc cref="remainder(TensorImpl, ScalarValue)"/>
    [TensorOp("aten::remainder_.Scalar")]
    public static TensorImpl remainder_(TensorImpl self, ScalarValue other) =>
        Eager.Run(new OpInvocation(OpTable.remainder__Scalar).Add(self).Add(other));

    /// <inheritdoc cref="fmod(TensorImpl, TensorImpl)"/>
    [TensorOp("aten::fmod_.Tensor")]
    public static TensorImpl fmod_(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.fmod__Tensor).Add(self).Add(other));

    /// <inheritdoc cref="fmod(TensorImpl, ScalarValue)"/>
    [TensorOp("aten::fmod_.Scalar")]
    public static TensorImpl fmod_(TensorImpl self, ScalarValue other) =>
        Eager.Run(new OpInvocation(OpTable.fmod__Scalar).Add(self).Add(other));

    /// <inheritdoc cref="pow(TensorImpl, TensorImpl)"/>
    [TensorOp("aten::pow_.Tensor")]
    public static TensorImpl pow_(TensorImpl self, TensorImpl exponent) =>
        Eager.Run(new OpInvocation(OpTable.pow__Tensor).Add(self).Add(exponent));

    /// <inheritdoc cref="pow(TensorImpl, ScalarValue)"/>
    [TensorOp("aten::pow_.Scalar")]
    public static TensorImpl pow_(TensorImpl self, ScalarValue exponent) =>
        Eager.Run(new OpInvocation(OpTable.pow__Scalar).Add(self).Add(exponent));

    /// <inheritdoc cref="atan2(TensorImpl, TensorImpl)"/>
    [TensorOp("aten::atan2_")]
    public static TensorImpl atan2_(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.atan2_).Add(self).Add(other));

    /// <inheritdoc cref="eq(TensorImpl, TensorImpl)"/>
    [TensorOp("aten::eq_.Tensor")]
    public static TensorImpl eq_(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.eq__Tensor).Add(self).Add(other));

    /// <inheritdoc cref="eq(TensorImpl, ScalarValue)"/>
    [TensorOp("aten::eq_.Scalar")]
    public static TensorImpl eq_(TensorImpl self, ScalarValue other) =>
        Eager.Run(new OpInvocation(OpTable.eq__Scalar).Add(self).Add(other));

    /// <inheritdoc cref="ne(TensorImpl, TensorImpl)"/>
    [TensorOp("aten::ne_.Tensor")]
    public static TensorImpl ne_(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.ne__Tensor).Add(self).Add(other));

    /// <inheritdoc cref="ne(TensorImpl, ScalarValue)"/>
    [TensorOp("aten::ne_.Scalar")]
    public static TensorImpl ne_(TensorImpl self, ScalarValue other) =>
        Eager.Run(new OpInvocation(OpTable.ne__Scalar).Add(self).Add(other));

    /// <inheritdoc cref="lt(TensorImpl, TensorImpl)"/>
    [TensorOp("aten::lt_.Tensor")]
    public static TensorImpl lt_(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.lt__Tensor).Add(self).Add(other));

    /// <inheritdoc cref="lt(TensorImpl, ScalarValue)"/>
    [TensorOp("aten::lt_.Scalar")]
    public static TensorImpl lt_(TensorImpl self, ScalarValue other) =>
        Eager.Run(new OpInvocation(OpTable.lt__Scalar).Add(self).Add(other));

    /// <inheritdoc cref="le(TensorImpl, TensorImpl)"/>
    [TensorOp("aten::le_.Tensor")]
    public static TensorImpl le_(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.le__Tensor).Add(self).Add(other));

    /// <inheritdoc cref="le(TensorImpl, ScalarValue)"/>
    [TensorOp("aten::le_.Scalar")]
    public static TensorImpl le_(TensorImpl self, ScalarValue other) =>
        Eager.Run(new OpInvocation(OpTable.le__Scalar).Add(self).Add(other));

    /// <inheritdoc cref="gt(TensorImpl, TensorImpl)"/>
    [TensorOp("aten::gt_.Tensor")]
    public static TensorImpl gt_(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.gt__Tensor).Add(self).Add(other));

    /// <inheritdoc cref="gt(TensorImpl, ScalarValue)"/>
    [TensorOp("aten::gt_.Scalar")]
    public static TensorImpl gt_(TensorImpl self, ScalarValue other) =>
        Eager.Run(new OpInvocation(OpTable.gt__Scalar).Add(self).Add(other));

    /// <inheritdoc cref="ge(TensorImpl, TensorImpl)"/>
    [TensorOp("aten::ge_.Tensor")]
    public static TensorImpl ge_(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.ge__Tensor).Add(self).Add(other));

    /// <inheritdoc cref="ge(TensorImpl, ScalarValue)"/>
    [TensorOp("aten::ge_.Scalar")]
    public static TensorImpl ge_(TensorImpl self, ScalarValue other) =>
        Eager.Run(new OpInvocation(OpTable.ge__Scalar).Add(self).Add(other));

    /// <inheritdoc cref="logical_and(TensorImpl, TensorImpl)"/>
    [TensorOp("aten::logical_and_")]
    public static TensorImpl logical_and_(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.logical_and_).Add(self).Add(other));

    /// <inheritdoc cref="logical_or(TensorImpl, TensorImpl)"/>
    [TensorOp("aten::logical_or_")]
    public static TensorImpl logical_or_(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.logical_or_).Add(self).Add(other));

    /// <inheritdoc cref="logical_xor(TensorImpl, TensorImpl)"/>
    [TensorOp("aten::logical_xor_")]
    public static TensorImpl logical_xor_(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.logical_xor_).Add(self).Add(other));

    /// <inheritdoc cref="logical_not(TensorImpl)"/>
    [TensorOp("aten::logical_not_")]
    public static TensorImpl logical_not_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.logical_not_).Add(self));

    /// <inheritdoc cref="bitwise_and(TensorImpl, TensorImpl)"/>
    [TensorOp("aten::bitwise_and_.Tensor")]
    public static TensorImpl bitwise_and_(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.bitwise_and__Tensor).Add(self).Add(other));

    /// <inheritdoc cref="bitwise_and(TensorImpl, ScalarValue)"/>
    [TensorOp("aten::bitwise_and_.Scalar")]
    public static TensorImpl bitwise_and_(TensorImpl self, ScalarValue other) =>
        Eager.Run(new OpInvocation(OpTable.bitwise_and__Scalar).Add(self).Add(other));

    /// <inheritdoc cref="bitwise_or(TensorImpl, TensorImpl)"/>
    [TensorOp("aten::bitwise_or_.Tensor")]
    public static TensorImpl bitwise_or_(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.bitwise_or__Tensor).Add(self).Add(other));

    /// <inheritdoc cref="bitwise_or(TensorImpl, ScalarValue)"/>
    [TensorOp("aten::bitwise_or_.Scalar")]
    public static TensorImpl bitwise_or_(TensorImpl self, ScalarValue other) =>
        Eager.Run(new OpInvocation(OpTable.bitwise_or__Scalar).Add(self).Add(other));

    /// <inheritdoc cref="bitwise_xor(TensorImpl, TensorImpl)"/>
    [TensorOp("aten::bitwise_xor_.Tensor")]
    public static TensorImpl bitwise_xor_(TensorImpl self, TensorImpl other) =>
        Eager.Run(new OpInvocation(OpTable.bitwise_xor__Tensor).Add(self).Add(other));

    /// <inheritdoc cref="bitwise_xor(TensorImpl, ScalarValue)"/>
    [TensorOp("aten::bitwise_xor_.Scalar")]
    public static TensorImpl bitwise_xor_(TensorImpl self, ScalarValue other) =>
        Eager.Run(new OpInvocation(OpTable.bitwise_xor__Scalar).Add(self).Add(other));

    /// <inheritdoc cref="bitwise_not(TensorImpl)"/>
    [TensorOp("aten::bitwise_not_")]
    public static TensorImpl bitwise_not_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.bitwise_not_).Add(self));

    /// <inheritdoc cref="neg(TensorImpl)"/>
    [TensorOp("aten::neg_")]
    public static TensorImpl neg_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.neg_).Add(self));

    /// <inheritdoc cref="abs(TensorImpl)"/>
    [TensorOp("aten::abs_")]
    public static TensorImpl abs_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.abs_).Add(self));

    /// <inheritdoc cref="exp(TensorImpl)"/>
    [TensorOp("aten::exp_")]
    public static TensorImpl exp_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.exp_).Add(self));

    /// <inheritdoc cref="exp2(TensorImpl)"/>
    [TensorOp("aten::exp2_")]
    public static TensorImpl exp2_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.exp2_).Add(self));

    /// <inheritdoc cref="expm1(TensorImpl)"/>
    [TensorOp("aten::expm1_")]
    public static TensorImpl expm1_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.expm1_).Add(self));

    /// <inheritdoc cref="log(TensorImpl)"/>
    [TensorOp("aten::log_")]
    public static TensorImpl log_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.log_).Add(self));

    /// <inheritdoc cref="log2(TensorImpl)"/>
    [TensorOp("aten::log2_")]
    public static TensorImpl log2_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.log2_).Add(self));

    /// <inheritdoc cref="log10(TensorImpl)"/>
    [TensorOp("aten::log10_")]
    public static TensorImpl log10_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.log10_).Add(self));

    /// <inheritdoc cref="log1p(TensorImpl)"/>
    [TensorOp("aten::log1p_")]
    public static TensorImpl log1p_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.log1p_).Add(self));

    /// <inheritdoc cref="sqrt(TensorImpl)"/>
    [TensorOp("aten::sqrt_")]
    public static TensorImpl sqrt_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.sqrt_).Add(self));

    /// <inheritdoc cref="rsqrt(TensorImpl)"/>
    [TensorOp("aten::rsqrt_")]
    public static TensorImpl rsqrt_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.rsqrt_).Add(self));

    /// <inheritdoc cref="square(TensorImpl)"/>
    [TensorOp("aten::square_")]
    public static TensorImpl square_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.square_).Add(self));

    /// <inheritdoc cref="reciprocal(TensorImpl)"/>
    [TensorOp("aten::reciprocal_")]
    public static TensorImpl reciprocal_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.reciprocal_).Add(self));

    /// <inheritdoc cref="sin(TensorImpl)"/>
    [TensorOp("aten::sin_")]
    public static TensorImpl sin_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.sin_).Add(self));

    /// <inheritdoc cref="cos(TensorImpl)"/>
    [TensorOp("aten::cos_")]
    public static TensorImpl cos_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.cos_).Add(self));

    /// <inheritdoc cref="tan(TensorImpl)"/>
    [TensorOp("aten::tan_")]
    public static TensorImpl tan_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.tan_).Add(self));

    /// <inheritdoc cref="asin(TensorImpl)"/>
    [TensorOp("aten::asin_")]
    public static TensorImpl asin_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.asin_).Add(self));

    /// <inheritdoc cref="acos(TensorImpl)"/>
    [TensorOp("aten::acos_")]
    public static TensorImpl acos_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.acos_).Add(self));

    /// <inheritdoc cref="atan(TensorImpl)"/>
    [TensorOp("aten::atan_")]
    public static TensorImpl atan_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.atan_).Add(self));

    /// <inheritdoc cref="sinh(TensorImpl)"/>
    [TensorOp("aten::sinh_")]
    public static TensorImpl sinh_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.sinh_).Add(self));

    /// <inheritdoc cref="cosh(TensorImpl)"/>
    [TensorOp("aten::cosh_")]
    public static TensorImpl cosh_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.cosh_).Add(self));

    /// <inheritdoc cref="tanh(TensorImpl)"/>
    [TensorOp("aten::tanh_")]
    public static TensorImpl tanh_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.tanh_).Add(self));

    /// <inheritdoc cref="erf(TensorImpl)"/>
    [TensorOp("aten::erf_")]
    public static TensorImpl erf_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.erf_).Add(self));

    /// <inheritdoc cref="floor(TensorImpl)"/>
    [TensorOp("aten::floor_")]
    public static TensorImpl floor_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.floor_).Add(self));

    /// <inheritdoc cref="ceil(TensorImpl)"/>
    [TensorOp("aten::ceil_")]
    public static TensorImpl ceil_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.ceil_).Add(self));

    /// <inheritdoc cref="round(TensorImpl)"/>
    [TensorOp("aten::round_")]
    public static TensorImpl round_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.round_).Add(self));

    /// <inheritdoc cref="trunc(TensorImpl)"/>
    [TensorOp("aten::trunc_")]
    public static TensorImpl trunc_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.trunc_).Add(self));

    /// <inheritdoc cref="frac(TensorImpl)"/>
    [TensorOp("aten::frac_")]
    public static TensorImpl frac_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.frac_).Add(self));

    /// <inheritdoc cref="sign(TensorImpl)"/>
    [TensorOp("aten::sign_")]
    public static TensorImpl sign_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.sign_).Add(self));

    /// <inheritdoc cref="sigmoid(TensorImpl)"/>
    [TensorOp("aten::sigmoid_")]
    public static TensorImpl sigmoid_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.sigmoid_).Add(self));

    /// <inheritdoc cref="relu(TensorImpl)"/>
    [TensorOp("aten::relu_")]
    public static TensorImpl relu_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.relu_).Add(self));

    /// <inheritdoc cref="silu(TensorImpl)"/>
    [TensorOp("aten::silu_")]
    public static TensorImpl silu_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.silu_).Add(self));

    /// <inheritdoc cref="mish(TensorImpl)"/>
    [TensorOp("aten::mish_")]
    public static TensorImpl mish_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.mish_).Add(self));

    /// <inheritdoc cref="hardswish(TensorImpl)"/>
    [TensorOp("aten::hardswish_")]
    public static TensorImpl hardswish_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.hardswish_).Add(self));

    /// <inheritdoc cref="hardsigmoid(TensorImpl)"/>
    [TensorOp("aten::hardsigmoid_")]
    public static TensorImpl hardsigmoid_(TensorImpl self) =>
        Eager.Run(new OpInvocation(OpTable.hardsigmoid_).Add(self));

    /// <inheritdoc cref="round(TensorImpl, long)"/>
    [TensorOp("aten::round_.decimals")]
    public static TensorImpl round_(TensorImpl self, long decimals) =>
        Eager.Run(new OpInvocation(OpTable.round__decimals).Add(self).Add(decimals));

    /// <inheritdoc cref="gelu(TensorImpl, string)"/>
    [TensorOp("aten::gelu_")]
    public static TensorImpl gelu_(TensorImpl self, string approximate) =>
        Eager.Run(new OpInvocation(OpTable.gelu_).Add(self).Add(approximate));

    /// <inheritdoc cref="leaky_relu(TensorImpl, ScalarValue)"/>
    [TensorOp("aten::leaky_relu_")]
    public static TensorImpl leaky_relu_(TensorImpl self, ScalarValue negative_slope) =>
        Eager.Run(new OpInvocation(OpTable.leaky_relu_).Add(self).Add(negative_slope));

    /// <inheritdoc cref="hardtanh(TensorImpl, ScalarValue, ScalarValue)"/>
    [TensorOp("aten::hardtanh_")]
    public static TensorImpl hardtanh_(TensorImpl self, ScalarValue min_val, ScalarValue max_val) =>
        Eager.Run(new OpInvocation(OpTable.hardtanh_).Add(self).Add(min_val).Add(max_val));

    /// <inheritdoc cref="elu(TensorImpl, ScalarValue, ScalarValue, ScalarValue)"/>
    [TensorOp("aten::elu_")]
    public static TensorImpl elu_(TensorImpl self, ScalarValue alpha, ScalarValue scale, ScalarValue input_scale) =>
        Eager.Run(new OpInvocation(OpTable.elu_).Add(self).Add(alpha).Add(scale).Add(input_scale));

    /// <inheritdoc cref="masked_fill(TensorImpl, TensorImpl, ScalarValue)"/>
    [TensorOp("aten::masked_fill_.Scalar")]
    public static TensorImpl masked_fill_(TensorImpl self, TensorImpl mask, ScalarValue value) =>
        Eager.Run(new OpInvocation(OpTable.masked_fill__Scalar).Add(self).Add(mask).Add(value));

    /// <inheritdoc cref="clamp(TensorImpl, ScalarValue?, ScalarValue?)"/>
    [TensorOp("aten::clamp_")]
    public static TensorImpl clamp_(TensorImpl self, ScalarValue? min, ScalarValue? max) =>
        Eager.Run(new OpInvocation(OpTable.clamp_).Add(self).Add(min).Add(max));

    /// <inheritdoc cref="clamp_min(TensorImpl, ScalarValue)"/>
    [TensorOp("aten::clamp_min_")]
    public static TensorImpl clamp_min_(TensorImpl self, ScalarValue min) =>
        Eager.Run(new OpInvocation(OpTable.clamp_min_).Add(self).Add(min));

    /// <inheritdoc cref="clamp_max(TensorImpl, ScalarValue)"/>
    [TensorOp("aten::clamp_max_")]
    public static TensorImpl clamp_max_(TensorImpl self, ScalarValue max) =>
        Eager.Run(new OpInvocation(OpTable.clamp_max_).Add(self).Add(max));

    /// <inheritdoc cref="addcmul(TensorImpl, TensorImpl, TensorImpl, ScalarValue)"/>
    [TensorOp("aten::addcmul_")]
    public static TensorImpl addcmul_(TensorImpl self, TensorImpl tensor1, TensorImpl tensor2, ScalarValue value) =>
        Eager.Run(new OpInvocation(OpTable.addcmul_).Add(self).Add(tensor1).Add(tensor2).Add(value));

    /// <inheritdoc cref="addcdiv(TensorImpl, TensorImpl, TensorImpl, ScalarValue)"/>
    [TensorOp("aten::addcdiv_")]
    public static TensorImpl addcdiv_(TensorImpl self, TensorImpl tensor1, TensorImpl tensor2, ScalarValue value) =>
        Eager.Run(new OpInvocation(OpTable.addcdiv_).Add(self).Add(tensor1).Add(tensor2).Add(value));

    /// <inheritdoc cref="lerp(TensorImpl, TensorImpl, ScalarValue)"/>
    [TensorOp("aten::lerp_.Scalar")]
    public static TensorImpl lerp_(TensorImpl self, TensorImpl end, ScalarValue weight) =>
        Eager.Run(new OpInvocation(OpTable.lerp__Scalar).Add(self).Add(end).Add(weight));
}
