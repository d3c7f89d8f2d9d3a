#include "textflag.h"

// func tileNEON(w, x *float32, in int, sums *[48]float32)
// sums[4(4j+r):] are the four lanes of w[r]·x[j] for four rows of weights and three
// tokens. in is a multiple of 8. V0 to V11 hold the sums, V12 to V14 the tokens, V16
// to V19 the rows.
TEXT ·tileNEON(SB), NOSPLIT, $0-32
	MOVD w+0(FP), R0
	MOVD x+8(FP), R4
	MOVD in+16(FP), R8
	MOVD sums+24(FP), R9
	LSL  $2, R8, R10
	ADD  R10, R0, R1
	ADD  R10, R1, R2
	ADD  R10, R2, R3
	ADD  R10, R4, R5
	ADD  R10, R5, R6
	VEOR V0.B16, V0.B16, V0.B16
	VEOR V1.B16, V1.B16, V1.B16
	VEOR V2.B16, V2.B16, V2.B16
	VEOR V3.B16, V3.B16, V3.B16
	VEOR V4.B16, V4.B16, V4.B16
	VEOR V5.B16, V5.B16, V5.B16
	VEOR V6.B16, V6.B16, V6.B16
	VEOR V7.B16, V7.B16, V7.B16
	VEOR V8.B16, V8.B16, V8.B16
	VEOR V9.B16, V9.B16, V9.B16
	VEOR V10.B16, V10.B16, V10.B16
	VEOR V11.B16, V11.B16, V11.B16

tile:
	VLD1.P 16(R4), [V12.S4]
	VLD1.P 16(R5), [V13.S4]
	VLD1.P 16(R6), [V14.S4]
	VLD1.P 16(R0), [V16.S4]
	VLD1.P 16(R1), [V17.S4]
	VLD1.P 16(R2), [V18.S4]
	VLD1.P 16(R3), [V19.S4]
	VFMLA  V12.S4, V16.S4, V0.S4
	VFMLA  V12.S4, V17.S4, V1.S4
	VFMLA  V12.S4, V18.S4, V2.S4
	VFMLA  V12.S4, V19.S4, V3.S4
	VFMLA  V13.S4, V16.S4, V4.S4
	VFMLA  V13.S4, V17.S4, V5.S4
	VFMLA  V13.S4, V18.S4, V6.S4
	VFMLA  V13.S4, V19.S4, V7.S4
	VFMLA  V14.S4, V16.S4, V8.S4
	VFMLA  V14.S4, V17.S4, V9.S4
	VFMLA  V14.S4, V18.S4, V10.S4
	VFMLA  V14.S4, V19.S4, V11.S4
	SUBS   $4, R8, R8
	BNE    tile
	VST1.P [V0.S4, V1.S4, V2.S4, V3.S4], 64(R9)
	VST1.P [V4.S4, V5.S4, V6.S4, V7.S4], 64(R9)
	VST1   [V8.S4, V9.S4, V10.S4, V11.S4], (R9)
	RET

// func dotNEON(a, b *float32, n int, sums *[8]float32)
// n is a multiple of 8, and not 0.
TEXT ·dotNEON(SB), NOSPLIT, $0-32
	MOVD a+0(FP), R0
	MOVD b+8(FP), R1
	MOVD n+16(FP), R2
	MOVD sums+24(FP), R3
	VEOR V0.B16, V0.B16, V0.B16
	VEOR V1.B16, V1.B16, V1.B16

eight:
	VLD1.P 32(R0), [V2.S4, V3.S4]
	VLD1.P 32(R1), [V4.S4, V5.S4]
	VFMLA  V2.S4, V4.S4, V0.S4
	VFMLA  V3.S4, V5.S4, V1.S4
	SUBS   $8, R2, R2
	BNE    eight
	VST1   [V0.S4, V1.S4], (R3)
	RET
