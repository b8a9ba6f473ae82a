//! telephone
